(function_item name: (identifier) @name) @definition.function
(function_signature_item name: (identifier) @name) @definition.function
(struct_item name: (type_identifier) @name) @definition.struct
(enum_item name: (type_identifier) @name) @definition.enum
(union_item name: (type_identifier) @name) @definition.struct
(trait_item name: (type_identifier) @name) @definition.trait
(impl_item type: [
  (type_identifier) @name
  (primitive_type) @name
  (generic_type type: [(type_identifier) @name (scoped_type_identifier name: (type_identifier) @name)])
  (scoped_type_identifier name: (type_identifier) @name)
  (reference_type type: [(type_identifier) (primitive_type)] @name)
  (array_type element: [(type_identifier) (primitive_type)] @name)
  (dynamic_type trait: (type_identifier) @name)]) @definition.impl
(type_item name: (type_identifier) @name) @definition.type
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.constant
(mod_item name: (identifier) @name body: (_)) @definition.module
(macro_definition name: (identifier) @name) @definition.macro

(call_expression function: (identifier) @reference.call)
(generic_function function: (identifier) @reference.call)
(field_expression field: (field_identifier) @reference.method)
(scoped_identifier name: (identifier) @reference.token)
(macro_invocation macro: (identifier) @reference.call)
(struct_expression name: [(type_identifier) @reference.call (scoped_type_identifier name: (type_identifier) @reference.call)])
(token_tree (identifier) @reference.token)
(impl_item trait: [
  (type_identifier) @reference.base
  (scoped_type_identifier name: (type_identifier) @reference.base)
  (generic_type type: [
    (type_identifier) @reference.base
    (scoped_type_identifier name: (type_identifier) @reference.base)])])
(trait_item bounds: (trait_bounds (type_identifier) @reference.base))
(use_declaration argument: [(identifier) @reference.import (scoped_identifier name: (identifier) @reference.import)])
(use_as_clause path: [(identifier) @reference.import (scoped_identifier name: (identifier) @reference.import)])
(use_list [(identifier) @reference.import (scoped_identifier name: (identifier) @reference.import)])
(type_identifier) @reference.type
(arguments (identifier) @reference.argument)
(tuple_struct_pattern type: (identifier) @reference.value)
(field_initializer value: (identifier) @reference.value)
(binary_expression (identifier) @reference.value)

[(use_declaration) (extern_crate_declaration)] @import
[(let_declaration) (let_condition) (parameter) (closure_parameters) (for_expression) (match_pattern) (field_declaration)
 (ordered_field_declaration_list) (enum_variant) (const_item) (static_item)] @binding

[(line_comment) (block_comment)] @comment
(attribute_item) @attached
