(function_definition name: (word) @name) @definition.function
(program (declaration_command (variable_assignment name: (variable_name) @name)) @definition.variable)
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(command name: (command_name (word) @_alias)
  argument: [(concatenation . (word) @name) (word) @name] (#eq? @_alias "alias")) @definition.alias

(command name: (command_name (word) @reference.call))
(command name: (command_name (word) @_source) argument: [(word) (string)] @reference.import
  (#any-of? @_source "source" "."))

(comment) @comment
