; What TypeScript and TSX add: types, and the classes of their grammars.
(class_declaration name: (type_identifier) @name) @definition.class
(abstract_class_declaration name: (type_identifier) @name) @definition.class
(interface_declaration name: (type_identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(type_alias_declaration name: (type_identifier) @name) @definition.type
(module name: (_) @name) @definition.module
(internal_module name: (_) @name) @definition.module
(abstract_method_signature name: (_) @name) @definition.method
(method_signature name: (_) @name) @definition.method
(function_signature name: (identifier) @name) @definition.declaration
(public_field_definition name: (_) @name) @definition.field
(lexical_declaration
  (variable_declarator name: (identifier) @name
    value: [(arrow_function) (function_expression)])) @definition.function
(assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [(arrow_function) (function_expression)]) @definition.function
(export_statement (abstract_class_declaration name: (_) @name)) @definition.class
(export_statement (interface_declaration name: (_) @name)) @definition.interface
(export_statement (enum_declaration name: (_) @name)) @definition.enum
(export_statement (type_alias_declaration name: (_) @name)) @definition.type

(extends_clause value: (identifier) @reference.base)
(extends_clause value: (member_expression property: (property_identifier) @reference.base))
(extends_type_clause type: (type_identifier) @reference.base)
(implements_clause (type_identifier) @reference.base)
(implements_clause (generic_type name: (type_identifier) @reference.base))
(type_annotation (type_identifier) @reference.type)
(type_annotation (generic_type name: (type_identifier) @reference.type))
(required_parameter value: (identifier) @reference.default)
(as_expression (type_identifier) @reference.type)
(satisfies_expression (type_identifier) @reference.type)
(type_arguments (type_identifier) @reference.type)
(type_arguments (generic_type name: (type_identifier) @reference.type))
(union_type (type_identifier) @reference.type)
(intersection_type (type_identifier) @reference.type)
(array_type (type_identifier) @reference.type)
(type_alias_declaration value: (type_identifier) @reference.type)
(type_predicate type: (type_identifier) @reference.type)
(extends_clause value: (call_expression function: (identifier) @reference.base))

(required_parameter) @binding
(optional_parameter) @binding
(public_field_definition) @binding
(property_signature) @binding
