(package_clause (package_identifier) @name) @definition.module
(function_declaration name: (identifier) @name) @definition.function
(method_declaration name: (field_identifier) @name) @definition.method
(method_elem name: (field_identifier) @name) @definition.method
(type_declaration "type" . (type_spec name: (type_identifier) @name type: (interface_type))) @definition.interface
(type_declaration "type" . (type_spec name: (type_identifier) @name type: (struct_type))) @definition.struct
(type_declaration "type" . (type_spec name: (type_identifier) @name
  type: [(type_identifier) (qualified_type) (function_type) (map_type) (slice_type) (array_type) (pointer_type)
         (channel_type) (generic_type)])) @definition.type
(type_declaration "type" . (type_alias name: (type_identifier) @name)) @definition.type
(type_declaration "(" (type_spec name: (type_identifier) @name type: (interface_type)) @definition.interface)
(type_declaration "(" (type_spec name: (type_identifier) @name type: (struct_type)) @definition.struct)
(type_declaration "(" (type_spec name: (type_identifier) @name
  type: [(type_identifier) (qualified_type) (function_type) (map_type) (slice_type) (array_type) (pointer_type)
         (channel_type) (generic_type)]) @definition.type)
(type_declaration "(" (type_alias name: (type_identifier) @name) @definition.type)
(source_file (const_declaration (const_spec name: (identifier) @name) @definition.constant))
(source_file (var_declaration (var_spec name: (identifier) @name) @definition.variable))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @definition.variable)))

(call_expression function: (identifier) @reference.call)
(call_expression function: (selector_expression field: (field_identifier) @reference.call))
(call_expression function: (type_instantiation_expression type: (type_identifier) @reference.call))
(composite_literal type: (type_identifier) @reference.call)
(composite_literal type: (qualified_type name: (type_identifier) @reference.call))
(field_declaration !name type: [(type_identifier) @reference.base
  (qualified_type name: (type_identifier) @reference.base)])
(import_spec path: (interpreted_string_literal) @reference.import)
(type_identifier) @reference.type
(argument_list (identifier) @reference.argument)
(argument_list (selector_expression field: (field_identifier) @reference.argument))
(literal_element (identifier) @reference.entry)
(literal_element (selector_expression field: (field_identifier) @reference.entry))
(selector_expression field: (field_identifier) @reference.value)
(expression_list (identifier) @reference.value)
(return_statement (expression_list (identifier) @reference.value))
(binary_expression (identifier) @reference.value)
(unary_expression (identifier) @reference.value)
(index_expression operand: (identifier) @reference.value)
(expression_case value: (expression_list (identifier) @reference.value))

(import_spec) @import
(parameter_declaration) @binding
(variadic_parameter_declaration) @binding
(short_var_declaration) @binding
(range_clause) @binding
(var_spec) @binding
(field_declaration) @binding

(comment) @comment
