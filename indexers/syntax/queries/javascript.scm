(class_declaration name: (identifier) @name) @definition.class
(class name: (identifier) @name) @definition.class
(method_definition name: (_) @name) @definition.method
(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(field_definition property: (property_identifier) @name) @definition.field
(program [(lexical_declaration (variable_declarator name: (identifier) @name))
          (variable_declaration (variable_declarator name: (identifier) @name))] @definition.variable)
(program (export_statement
  (lexical_declaration (variable_declarator name: (identifier) @name)) @definition.variable))
(lexical_declaration
  (variable_declarator name: (identifier) @name
    value: [(arrow_function) (function_expression) (generator_function)])) @definition.function
(variable_declaration
  (variable_declarator name: (identifier) @name
    value: [(arrow_function) (function_expression) (generator_function)])) @definition.function
(assignment_expression
  left: [(identifier) @name (member_expression property: (property_identifier) @name)]
  right: [(arrow_function) (function_expression) (generator_function)]) @definition.function
(pair key: (property_identifier) @name
  value: [(arrow_function) (function_expression)]) @definition.function
(export_statement (class_declaration name: (_) @name)) @definition.class
(export_statement (function_declaration name: (identifier) @name)) @definition.function
(export_statement
  (lexical_declaration
    (variable_declarator name: (identifier) @name
      value: [(arrow_function) (function_expression)]))) @definition.function

(call_expression function: (identifier) @reference.call)
(call_expression function: (member_expression property: (property_identifier) @reference.call))
(new_expression constructor: (identifier) @reference.call)
(new_expression constructor: (member_expression property: (property_identifier) @reference.call))
(class_heritage (identifier) @reference.base)
(class_heritage (member_expression property: (property_identifier) @reference.base))
(import_specifier name: (identifier) @reference.import)
(import_clause (identifier) @reference.import)
(jsx_opening_element name: (identifier) @reference.jsx)
(jsx_self_closing_element name: (identifier) @reference.jsx)
(jsx_opening_element name: (member_expression property: (property_identifier) @reference.jsx))
(jsx_self_closing_element name: (member_expression property: (property_identifier) @reference.jsx))
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
(jsx_expression (identifier) @reference.value)
(formal_parameters (identifier) @bound)
(field_definition) @binding

(comment) @comment
(decorator) @attached
