(class_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(record_declaration name: (identifier) @name) @definition.class
(annotation_type_declaration name: (identifier) @name) @definition.interface
(method_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.constructor
(compact_constructor_declaration name: (identifier) @name) @definition.constructor
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(constant_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.constant
(enum_constant name: (identifier) @name) @definition.constant

(method_invocation name: (identifier) @reference.call)
(object_creation_expression type: (type_identifier) @reference.call)
(object_creation_expression type: (generic_type (type_identifier) @reference.call))
(method_reference (identifier) @reference.call .)
(marker_annotation name: (identifier) @reference.decorator)
(annotation name: (identifier) @reference.decorator)
(superclass (type_identifier) @reference.base)
(superclass (generic_type (type_identifier) @reference.base))
(super_interfaces (type_list (type_identifier) @reference.base))
(super_interfaces (type_list (generic_type (type_identifier) @reference.base)))
(extends_interfaces (type_list (type_identifier) @reference.base))
(import_declaration (scoped_identifier name: (identifier) @reference.import))
(type_identifier) @reference.type
(argument_list (identifier) @reference.argument)
(array_initializer (identifier) @reference.entry)
(field_access field: (identifier) @reference.value)
(return_statement (identifier) @reference.value)
(variable_declarator value: (identifier) @reference.value)
(assignment_expression right: (identifier) @reference.value)
(binary_expression (identifier) @reference.value)
(switch_label (identifier) @reference.value)

(import_declaration) @import
(local_variable_declaration) @binding
(formal_parameter) @binding
(field_declaration) @binding
(enhanced_for_statement) @binding
(resource) @binding
(inferred_parameters (identifier) @bound)
(lambda_expression parameters: (identifier) @bound)
(catch_formal_parameter name: (identifier) @bound)

[(line_comment) (block_comment)] @comment
