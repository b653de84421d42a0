(class_declaration name: (type_identifier) @name) @definition.class
(abstract_class_declaration name: (type_identifier) @name) @definition.class
(interface_declaration name: (type_identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(type_alias_declaration name: (type_identifier) @name) @definition.type
(module name: (_) @name) @definition.module
(internal_module name: (_) @name) @definition.module
(method_definition name: (_) @name) @definition.method
(abstract_method_signature name: (_) @name) @definition.method
(method_signature name: (_) @name) @definition.method
(function_declaration name: (identifier) @name) @definition.function
(function_signature name: (identifier) @name) @definition.declaration
(generator_function_declaration name: (identifier) @name) @definition.function
(public_field_definition name: (_) @name) @definition.field
(program [(lexical_declaration (variable_declarator name: (identifier) @name))
          (variable_declaration (variable_declarator name: (identifier) @name))] @definition.variable)
(program (export_statement
  (lexical_declaration (variable_declarator name: (identifier) @name)) @definition.variable))
(lexical_declaration
  (variable_declarator name: (identifier) @name
    value: [(arrow_function) (function_expression)])) @definition.function
(assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [(arrow_function) (function_expression)]) @definition.function
(pair key: (property_identifier) @name
  value: [(arrow_function) (function_expression)]) @definition.function
(export_statement (class_declaration name: (_) @name)) @definition.class
(export_statement (function_declaration name: (identifier) @name)) @definition.function
(export_statement (abstract_class_declaration name: (_) @name)) @definition.class
(export_statement (interface_declaration name: (_) @name)) @definition.interface
(export_statement (enum_declaration name: (_) @name)) @definition.enum
(export_statement (type_alias_declaration name: (_) @name)) @definition.type
(export_statement
  (lexical_declaration
    (variable_declarator name: (identifier) @name
      value: [(arrow_function) (function_expression)]))) @definition.function

(call_expression function: (identifier) @reference.call)
(call_expression function: (member_expression property: (property_identifier) @reference.call))
(new_expression constructor: (identifier) @reference.call)
(new_expression constructor: (member_expression property: (property_identifier) @reference.call))
(extends_clause value: (identifier) @reference.base)
(extends_clause value: (member_expression property: (property_identifier) @reference.base))
(extends_type_clause type: (type_identifier) @reference.base)
(implements_clause (type_identifier) @reference.base)
(implements_clause (generic_type name: (type_identifier) @reference.base))
(import_specifier name: (identifier) @reference.import)
(import_clause (identifier) @reference.import)
(type_annotation (type_identifier) @reference.type)
(type_annotation (generic_type name: (type_identifier) @reference.type))
(arguments (identifier) @reference.argument)
(arguments (member_expression property: (property_identifier) @reference.argument))
(array (identifier) @reference.entry)
(array (member_expression property: (property_identifier) @reference.entry))
(pair value: (identifier) @reference.entry)
(pair value: (member_expression property: (property_identifier) @reference.entry))
(shorthand_property_identifier) @reference.entry
(assignment_pattern right: (identifier) @reference.default)
(decorator (identifier) @reference.decorator)
(decorator (call_expression function: (identifier) @reference.decorator))
(member_expression property: (property_identifier) @reference.value)
(variable_declarator value: (identifier) @reference.value)
(assignment_expression right: (identifier) @reference.value)
(return_statement (identifier) @reference.value)
(arrow_function body: (identifier) @reference.value)
(ternary_expression (identifier) @reference.value)
(binary_expression (identifier) @reference.value)
(unary_expression (identifier) @reference.value)
(spread_element (identifier) @reference.value)
(parenthesized_expression (identifier) @reference.value)
(template_substitution (identifier) @reference.value)
(subscript_expression (identifier) @reference.value)
(export_specifier name: (identifier) @reference.value)
(export_statement value: (identifier) @reference.value)

(import_statement) @import
(export_statement source: (string)) @import
(variable_declarator) @binding
(assignment_expression left: (member_expression object: (this))) @binding
(assignment_expression left: (member_expression property: (property_identifier) @target))
(for_in_statement) @binding
(arrow_function parameter: (identifier) @bound)
(required_parameter) @binding
(optional_parameter) @binding
(public_field_definition) @binding
(property_signature) @binding
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

(comment) @comment
(decorator) @attached
