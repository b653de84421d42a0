(function_definition declarator: (function_declarator declarator: (_) @name)) @definition.function
(function_definition
  declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name))) @definition.function
(function_definition
  declarator: (reference_declarator (function_declarator declarator: (_) @name))) @definition.function
(field_declaration declarator: (function_declarator declarator: (_) @name)) @definition.declaration
(field_declaration
  declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name))) @definition.declaration
(field_declaration
  declarator: (reference_declarator (function_declarator declarator: (_) @name))) @definition.declaration
(declaration declarator: (function_declarator declarator: (_) @name)) @definition.declaration
(class_specifier name: (_) @name body: (_)) @definition.class
(struct_specifier name: (_) @name body: (_)) @definition.struct
(union_specifier name: (_) @name body: (_)) @definition.struct
(enum_specifier name: (_) @name body: (_)) @definition.enum
(enumerator name: (identifier) @name) @definition.constant
(namespace_definition name: (_) @name) @definition.namespace
(type_definition declarator: (type_identifier) @name) @definition.type
(alias_declaration name: (type_identifier) @name) @definition.type
(concept_definition name: (identifier) @name) @definition.type
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name) @definition.macro
(translation_unit
  (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)
(declaration_list
  (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)
(template_declaration (class_specifier name: (_) @name)) @definition.class
(template_declaration (struct_specifier name: (_) @name)) @definition.struct
(template_declaration (alias_declaration name: (_) @name)) @definition.type
(template_declaration (concept_definition name: (_) @name)) @definition.type
(template_declaration
  (function_definition declarator: (function_declarator declarator: (_) @name))) @definition.function
(template_declaration (function_definition
  declarator: (reference_declarator (function_declarator declarator: (_) @name)))) @definition.function

(call_expression function: (identifier) @reference.call)
(call_expression function: (field_expression field: (field_identifier) @reference.call))
(call_expression function: (qualified_identifier name: (identifier) @reference.call))
(call_expression function: (template_function name: (identifier) @reference.call))
(call_expression function: (qualified_identifier name: (template_function name: (identifier) @reference.call)))
(new_expression type: (type_identifier) @reference.call)
(new_expression type: (template_type name: (type_identifier) @reference.call))
(base_class_clause (type_identifier) @reference.base)
(base_class_clause (template_type name: (type_identifier) @reference.base))
(base_class_clause (qualified_identifier name: (type_identifier) @reference.base))
(preproc_include path: (_) @reference.import)
(parameter_declaration type: (type_identifier) @reference.type)

(comment) @comment
