(function_item name: (identifier) @name) @definition.function
(function_signature_item name: (identifier) @name) @definition.function
(struct_item name: (type_identifier) @name) @definition.struct
(enum_item name: (type_identifier) @name) @definition.enum
(union_item name: (type_identifier) @name) @definition.struct
(trait_item name: (type_identifier) @name) @definition.trait
(impl_item type: (type_identifier) @name) @definition.impl
(impl_item type: (generic_type type: (type_identifier) @name)) @definition.impl
(impl_item type: (scoped_type_identifier name: (type_identifier) @name)) @definition.impl
(impl_item type: (generic_type type: (scoped_type_identifier name: (type_identifier) @name))) @definition.impl
(impl_item type: (primitive_type) @name) @definition.impl
(impl_item type: (reference_type type: [(type_identifier) (primitive_type)] @name)) @definition.impl
(impl_item type: (reference_type type: (generic_type type: (type_identifier) @name))) @definition.impl
(impl_item type: (reference_type type: (array_type element: [(type_identifier) (primitive_type)] @name))) @definition.impl
(impl_item type: (array_type element: [(type_identifier) (primitive_type)] @name)) @definition.impl
(impl_item type: (dynamic_type trait: (type_identifier) @name)) @definition.impl
(type_item name: (type_identifier) @name) @definition.type
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.constant
(mod_item name: (identifier) @name body: (_)) @definition.module
(macro_definition name: (identifier) @name) @definition.macro

(call_expression function: (identifier) @reference.call)
(call_expression function: (field_expression field: (field_identifier) @reference.call))
(call_expression function: (scoped_identifier name: (identifier) @reference.call))
(call_expression function: (generic_function function: (identifier) @reference.call))
(call_expression function: (generic_function function: (scoped_identifier name: (identifier) @reference.call)))
(call_expression function: (generic_function function: (field_expression field: (field_identifier) @reference.call)))
(macro_invocation macro: (identifier) @reference.call)
(macro_invocation macro: (scoped_identifier name: (identifier) @reference.call))
(struct_expression name: (type_identifier) @reference.call)
(struct_expression name: (scoped_type_identifier name: (type_identifier) @reference.call))
(token_tree (identifier) @reference.token)
(impl_item trait: (type_identifier) @reference.base)
(impl_item trait: (generic_type type: (type_identifier) @reference.base))
(impl_item trait: (generic_type type: (scoped_type_identifier name: (type_identifier) @reference.base)))
(impl_item trait: (scoped_type_identifier name: (type_identifier) @reference.base))
(trait_item bounds: (trait_bounds (type_identifier) @reference.base))
(use_declaration argument: (identifier) @reference.import)
(use_declaration argument: (scoped_identifier name: (identifier) @reference.import))
(use_as_clause path: (identifier) @reference.import)
(use_as_clause path: (scoped_identifier name: (identifier) @reference.import))
(use_list (identifier) @reference.import)
(use_list (scoped_identifier name: (identifier) @reference.import))
(type_identifier) @reference.type
(arguments (identifier) @reference.argument)
(arguments (scoped_identifier name: (identifier) @reference.argument))
(scoped_identifier name: (identifier) @reference.value)
(array_expression (identifier) @reference.entry)
(tuple_struct_pattern type: (identifier) @reference.value)
(let_declaration value: (identifier) @reference.value)
(field_initializer value: (identifier) @reference.value)
(return_expression (identifier) @reference.value)
(binary_expression (identifier) @reference.value)
(range_expression (identifier) @reference.value)
(index_expression (identifier) @reference.value)
(reference_expression value: (identifier) @reference.value)
(field_expression value: (identifier) @reference.value)

(use_declaration) @import
(extern_crate_declaration) @import
(let_declaration) @binding
(let_condition) @binding
(parameter) @binding
(closure_parameters) @binding
(for_expression) @binding
(match_pattern) @binding
(field_declaration) @binding
(ordered_field_declaration_list) @binding
(enum_variant) @binding
(const_item) @binding
(static_item) @binding

[(line_comment) (block_comment)] @comment
(attribute_item) @attached
