; What JavaScript, TypeScript and TSX have in common.
(method_definition name: (_) @name) @definition.method
(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(program [(lexical_declaration (variable_declarator name: (identifier) @name))
          (variable_declaration (variable_declarator name: (identifier) @name))] @definition.variable)
(program (export_statement
  (lexical_declaration (variable_declarator name: (identifier) @name)) @definition.variable))
(pair key: (property_identifier) @name
  value: [(arrow_function) (function_expression)]) @definition.function
(export_statement (class_declaration name: (_) @name)) @definition.class
(export_statement (function_declaration name: (identifier) @name)) @definition.function
(export_statement
  (lexical_declaration
    (variable_declarator name: (identifier) @name
      value: [(arrow_function) (function_expression)]))) @definition.function

(call_expression function: (identifier) @reference.call)
(call_expression function: (member_expression property: [(property_identifier) (private_property_identifier)] @reference.call))
(new_expression constructor: (identifier) @reference.call)
(new_expression constructor: (member_expression property: [(property_identifier) (private_property_identifier)] @reference.call))
(import_specifier name: (identifier) @reference.import)
(import_clause (identifier) @reference.import)
(arguments (identifier) @reference.argument)
(arguments (member_expression property: [(property_identifier) (private_property_identifier)] @reference.argument))
(array (identifier) @reference.entry)
(array (member_expression property: [(property_identifier) (private_property_identifier)] @reference.entry))
(pair value: (identifier) @reference.entry)
(pair value: (member_expression property: [(property_identifier) (private_property_identifier)] @reference.entry))
(shorthand_property_identifier) @reference.entry
(assignment_pattern right: (identifier) @reference.default)
(decorator (identifier) @reference.decorator)
(decorator (call_expression function: (identifier) @reference.decorator))
(member_expression property: [(property_identifier) (private_property_identifier)] @reference.value)
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
(comment) @comment
(decorator) @attached
