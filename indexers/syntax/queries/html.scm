(element (start_tag (attribute (attribute_name) @_id (quoted_attribute_value (attribute_value) @name)))
  (#eq? @_id "id")) @definition.section
(element (start_tag (tag_name) @_tag) (text) @name (#any-of? @_tag "title" "h1" "h2" "h3")) @definition.section
