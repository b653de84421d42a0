(class_definition name: (identifier) @name) @definition.class
(function_definition name: (identifier) @name) @definition.function
(module (assignment left: (identifier) @name) @definition.variable)
(class_definition
  body: (block (assignment left: (identifier) @name) @definition.field))
(type_alias_statement left: (type (identifier) @name)) @definition.type
(decorated_definition definition: (class_definition name: (identifier) @name)) @definition.class
(decorated_definition definition: (function_definition name: (identifier) @name)) @definition.function

(call function: (identifier) @reference.call)
(call function: (attribute attribute: (identifier) @reference.call))
(decorator (identifier) @reference.decorator)
(decorator (attribute attribute: (identifier) @reference.decorator))
(decorator (call function: (identifier) @reference.decorator))
(decorator (call function: (attribute attribute: (identifier) @reference.decorator)))
(class_definition superclasses: (argument_list (identifier) @reference.base))
(class_definition superclasses: (argument_list (attribute attribute: (identifier) @reference.base)))
(import_statement name: (dotted_name) @reference.import)
(import_statement name: (aliased_import name: (dotted_name) @reference.import))
(import_from_statement name: (dotted_name) @reference.import)
(import_from_statement name: (aliased_import name: (dotted_name) @reference.import))
(class_definition superclasses: (argument_list (subscript value: (identifier) @reference.base)))
(class_definition superclasses: (argument_list (subscript value: (attribute attribute: (identifier) @reference.base))))
(type (identifier) @reference.type)
(type (attribute attribute: (identifier) @reference.type))
(type (generic_type (identifier) @reference.type))
(type (binary_operator (identifier) @reference.type))
(type (subscript value: (identifier) @reference.type))
(default_parameter value: (identifier) @reference.default)
(typed_default_parameter value: (identifier) @reference.default)
(list (identifier) @reference.entry)
(tuple (identifier) @reference.entry)
(set (identifier) @reference.entry)
(pair value: (identifier) @reference.entry)
(list (attribute attribute: (identifier) @reference.entry))
(tuple (attribute attribute: (identifier) @reference.entry))
(pair value: (attribute attribute: (identifier) @reference.entry))
(call arguments: (argument_list (identifier) @reference.argument))
(call arguments: (argument_list (attribute attribute: (identifier) @reference.argument)))
(keyword_argument value: (identifier) @reference.argument)
(keyword_argument value: (attribute attribute: (identifier) @reference.argument))
(attribute attribute: (identifier) @reference.value)
(assignment right: (identifier) @reference.value)
(expression_list (identifier) @reference.value)
(return_statement (identifier) @reference.value)
(yield (identifier) @reference.value)
(lambda body: (identifier) @reference.value)
(conditional_expression (identifier) @reference.value)
(boolean_operator (identifier) @reference.value)
(comparison_operator (identifier) @reference.value)
(binary_operator (identifier) @reference.value)
(not_operator (identifier) @reference.value)
(subscript (identifier) @reference.value)
(raise_statement (identifier) @reference.value)
(except_clause (identifier) @reference.value)
(as_pattern (identifier) @reference.value)
(if_statement condition: (identifier) @reference.value)
(for_statement right: (identifier) @reference.value)
(for_in_clause right: (identifier) @reference.value)
(with_item value: (identifier) @reference.value)
(list_splat (identifier) @reference.value)
(dictionary_splat (identifier) @reference.value)
(interpolation (identifier) @reference.value)
(class_pattern (dotted_name (identifier) @reference.value .))

(import_statement) @import
(import_from_statement) @import
(assignment) @binding
(assignment left: (attribute attribute: (identifier) @target))
(named_expression) @binding
(as_pattern) @binding
(for_statement) @binding
(for_in_clause) @binding
(typed_parameter) @binding
(typed_default_parameter) @binding
(parameters (identifier) @bound)
(default_parameter name: (identifier) @bound)
(lambda_parameters (identifier) @bound)
(function_definition return_type: (type) @result)
(return_statement (call)) @binding
(return_statement (identifier)) @binding
(return_statement (attribute)) @binding

(comment) @comment
(module . (string) @documentation)
(class_definition body: (block . (string) @documentation))
(function_definition body: (block . (string) @documentation))
