(call target: (identifier) @_kind (arguments . (alias) @name)
  (#any-of? @_kind "defmodule" "defimpl")) @definition.module
(call target: (identifier) @_kind (arguments . (alias) @name) (#eq? @_kind "defprotocol")) @definition.interface
(call target: (identifier) @_kind
  (arguments . [(identifier) @name
                (call target: (identifier) @name)
                (binary_operator left: (call target: (identifier) @name) operator: "when")
                (binary_operator left: (identifier) @name operator: "when")])
  (#any-of? @_kind "def" "defp" "defdelegate" "defguard" "defguardp" "defn" "defnp")) @definition.function
(call target: (identifier) @_kind
  (arguments . [(call target: (identifier) @name) (binary_operator left: (call target: (identifier) @name))])
  (#any-of? @_kind "defmacro" "defmacrop")) @definition.macro
(call target: (identifier) @_kind (arguments . (string (quoted_content) @name))
  (#any-of? @_kind "test" "describe")) @definition.function
(unary_operator operator: "@" operand: (call target: (identifier) @name (arguments (_)))
  (#not-match? @name "^(doc|moduledoc|spec|type|typep|opaque|callback|impl|typedoc|deprecated|behaviour|moduletag|tag|since|macrocallback|dialyzer|compile|derive)$")) @definition.constant
(unary_operator operator: "@" operand: (call target: (identifier) @_type
  (arguments (binary_operator left: [(call target: (identifier) @name) (identifier) @name])))
  (#any-of? @_type "type" "typep" "opaque" "callback" "macrocallback")) @definition.type

(call target: (identifier) @reference.call
  (#not-match? @reference.call "^(def|defp|defmodule|defmacro|defmacrop|defprotocol|defimpl|defstruct|use|alias|import|require|doc|moduledoc|spec|type|typep|opaque|if|unless|case|cond|with|for|quote|unquote|when)$"))
(call target: (dot right: (identifier) @reference.call))
(call target: (identifier) @_use (arguments . (alias) @reference.base) (#any-of? @_use "use"))
(call target: (identifier) @_use (arguments . (alias) @reference.import) (#any-of? @_use "alias" "import" "require"))

(comment) @comment
((unary_operator operator: "@" operand: (call target: (identifier) @_attr)) @attached
  (#any-of? @_attr "doc" "spec" "impl" "deprecated" "typedoc" "tag"))
(unary_operator operator: "@" operand: (call target: (identifier) @_doc (arguments (string) @documentation))
  (#any-of? @_doc "doc" "moduledoc" "typedoc"))
