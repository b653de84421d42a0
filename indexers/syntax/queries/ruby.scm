(module name: (_) @name) @definition.module
(class name: (_) @name) @definition.class
(method name: (_) @name) @definition.method
(singleton_method name: (_) @name) @definition.method
(assignment left: (constant) @name) @definition.constant
(call method: (identifier) @_attr arguments: (argument_list (simple_symbol) @name)
  (#any-of? @_attr "attr_reader" "attr_accessor" "attr_writer")) @definition.field

(call method: (identifier) @reference.call)
(call method: (constant) @reference.call)
(call receiver: (constant) @reference.call method: (identifier) @_new (#eq? @_new "new"))
(superclass (constant) @reference.base)
(superclass (scope_resolution name: (constant) @reference.base))
(call method: (identifier) @_mix arguments: (argument_list (constant) @reference.base)
  (#any-of? @_mix "include" "extend" "prepend"))
(call method: (identifier) @_req arguments: (argument_list (string (string_content) @reference.import))
  (#any-of? @_req "require" "require_relative" "autoload"))

(comment) @comment
