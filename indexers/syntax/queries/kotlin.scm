(class_declaration "interface" (type_identifier) @name) @definition.interface
(class_declaration "class" (type_identifier) @name ) @definition.class
(class_declaration "enum" (type_identifier) @name) @definition.enum
(object_declaration (type_identifier) @name) @definition.object
(companion_object "companion" @name) @definition.object
(type_alias (type_identifier) @name) @definition.type
(function_declaration (simple_identifier) @name) @definition.function
(class_body (property_declaration (variable_declaration (simple_identifier) @name)) @definition.field)
(source_file (property_declaration (variable_declaration (simple_identifier) @name)) @definition.variable)
(enum_entry (simple_identifier) @name) @definition.constant

(call_expression (simple_identifier) @reference.call)
(call_expression (navigation_expression (navigation_suffix (simple_identifier) @reference.call)))
(delegation_specifier (user_type (type_identifier) @reference.base))
(delegation_specifier (constructor_invocation (user_type (type_identifier) @reference.base)))
(import_header (identifier (simple_identifier) @reference.import .))
(parameter (user_type (type_identifier) @reference.type))

[(line_comment) (multiline_comment)] @comment
