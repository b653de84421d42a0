(data_type name: (name) @name) @definition.type
(newtype name: (name) @name) @definition.type
(type_synomym name: (name) @name) @definition.type
(type_family name: (name) @name) @definition.type
(data_constructor constructor: (_ name: (constructor) @name)) @definition.constructor
(class name: (name) @name) @definition.class
(instance name: (name) @name) @definition.impl
(signature name: (variable) @name) @definition.function
(declarations (function name: (variable) @name) @definition.function)
(instance_declarations (function name: (variable) @name) @definition.function)
(class_declarations (function name: (variable) @name) @definition.function)
(declarations (bind name: (variable) @name) @definition.function)

(apply function: (variable) @reference.call)
(apply function: (constructor) @reference.call)
(apply function: (qualified id: (variable) @reference.call))
(infix operator: (operator) @reference.call)
(infix operator: (infix_id (variable) @reference.call))
(infix left_operand: (variable) @reference.call)
(infix right_operand: (variable) @reference.call)
(deriving classes: (_ (name) @reference.base))
(import module: (module) @reference.import)
(import names: (import_list (import_name variable: (variable) @reference.import)))

[(comment) (haddock)] @comment
