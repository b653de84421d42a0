(namespace_definition name: (namespace_name) @name) @definition.namespace
(class_declaration name: (name) @name) @definition.class
(interface_declaration name: (name) @name) @definition.interface
(trait_declaration name: (name) @name) @definition.trait
(enum_declaration name: (name) @name) @definition.enum
(enum_case name: (name) @name) @definition.constant
(method_declaration name: (name) @name) @definition.method
(function_definition name: (name) @name) @definition.function
(const_declaration (const_element . (name) @name)) @definition.constant
(property_declaration (property_element (variable_name (name) @name))) @definition.field

(function_call_expression function: (name) @reference.call)
(function_call_expression function: (qualified_name (name) @reference.call))
(member_call_expression name: (name) @reference.call)
(nullsafe_member_call_expression name: (name) @reference.call)
(scoped_call_expression name: (name) @reference.call)
(object_creation_expression (name) @reference.call)
(object_creation_expression (qualified_name (name) @reference.call))
(base_clause (name) @reference.base)
(base_clause (qualified_name (name) @reference.base))
(class_interface_clause (name) @reference.base)
(class_interface_clause (qualified_name (name) @reference.base))
(use_declaration (name) @reference.base)
(namespace_use_clause (qualified_name (name) @reference.import))
(simple_parameter type: (named_type (name) @reference.type))

(comment) @comment
