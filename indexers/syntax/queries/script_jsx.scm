; What JavaScript and TSX have: elements.
(jsx_opening_element name: (identifier) @reference.jsx)
(jsx_self_closing_element name: (identifier) @reference.jsx)
(jsx_opening_element name: (member_expression property: (property_identifier) @reference.jsx))
(jsx_self_closing_element name: (member_expression property: (property_identifier) @reference.jsx))
(jsx_expression (identifier) @reference.value)
