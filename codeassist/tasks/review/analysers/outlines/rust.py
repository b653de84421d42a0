"""Rust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeassist.tasks.review.analysers.outlines.outline import Import, Parameter
from codeassist.tasks.review.analysers.outlines.reader import Reader, arguments_in, parameter, plain, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

TYPES = frozenset({"struct_item", "enum_item", "trait_item", "union_item"})


class Rust(Reader):
    """A name is exported if it is `pub`; methods belong to the type of their `impl`."""

    functions = frozenset({"function_item", "closure_expression", "block", "match_arm"})
    owners = TYPES | {"impl_item"}
    transparent = Reader.transparent | {"reference_expression", "try_expression"}

    def owner_of(self, node: Node) -> str:
        """The class or the like that a node defines."""
        if node.type == "impl_item":
            return plain(text_of(node.child_by_field_name("type")))
        return text_of(node.child_by_field_name("name")) if node.type in TYPES else ""

    def declaration(self, node: Node, depth: int) -> None:
        """Add what a node defines, imports or exports."""
        kind, name = node.type, text_of(node.child_by_field_name("name"))
        public = any(c.type == "visibility_modifier" for c in node.named_children)
        if kind in ("function_item", "function_signature_item"):
            self._function(node, name, depth, public=public)
        elif kind in TYPES:
            self.add(node, name, "type", owner="", exported=public)
        elif kind == "enum_variant":
            self.add(node, name, "member")
        elif kind in ("const_item", "static_item") and not depth:
            value = text_of(node.child_by_field_name("value")) if kind == "const_item" else ""
            self.add(node, name, "constant", exported=public, value=value)
        elif kind == "field_declaration" and self.owner:
            self.outline.fields[f"{self.owner[-1]}.{name}"] = plain(text_of(node.child_by_field_name("type")))
        elif kind == "use_declaration":
            public = any(c.type == "visibility_modifier" for c in node.named_children)
            self._use(node.child_by_field_name("argument"), "", public=public)
        elif kind == "macro_definition":
            self.outline.macros = True

    def _function(self, node: Node, name: str, depth: int, *, public: bool) -> None:
        if depth and not self.owner:
            return
        listed = node.child_by_field_name("parameters")
        receives = listed is not None and any(c.type == "self_parameter" for c in listed.named_children)
        is_trait = self._in_trait(node)
        self.add(
            node,
            name,
            "method" if self.owner else "function",
            parameters=_parameters(listed),
            exported=public or is_trait,
            receives=receives,
            prototype=is_trait,
        )
        if kind := plain(text_of(node.child_by_field_name("return_type"))):
            self.outline.returns[name] = (self.owner[-1] if self.owner else "") if kind == "Self" else kind

    def _in_trait(self, node: Node) -> bool:
        """Whether a function is prescribed by a trait."""
        around = node.parent.parent if node.parent is not None else None
        return around is not None and (
            around.type == "trait_item" or (around.type == "impl_item" and around.child_by_field_name("trait") is not None)
        )

    def _use(self, node: Node | None, prefix: str, *, public: bool) -> None:
        if node is None:
            return
        if node.type == "scoped_use_list":
            path = text_of(node.child_by_field_name("path"))
            self._use(node.child_by_field_name("list"), f"{prefix}{path}::" if path else prefix, public=public)
        elif node.type == "use_list":
            for part in node.named_children:
                self._use(part, prefix, public=public)
        elif node.type == "use_wildcard":
            self.outline.stars.append(prefix + text_of(node).removesuffix("*").removesuffix("::"))
        else:
            path = text_of(node.child_by_field_name("path") if node.type == "use_as_clause" else node)
            module, _, name = (prefix + path).rpartition("::")
            if name == "self":
                module, _, name = module.rpartition("::")
            local = text_of(node.child_by_field_name("alias")) or name
            self.outline.imports[local] = Import(module, name)
            if public:
                self.outline.reexports[local] = Import(module, name)

    def variables(self, node: Node) -> None:
        """Add the variables that a node declares."""
        if node.type in ("parameter", "let_declaration", "for_expression"):
            pattern = node.child_by_field_name("pattern")
            while pattern is not None and pattern.type in ("mut_pattern", "ref_pattern", "reference_pattern"):
                pattern = pattern.named_children[-1]
            known = plain(text_of(node.child_by_field_name("type")))
            if not known and node.type == "let_declaration":
                known = self.type_of(node.child_by_field_name("value"))
            if pattern is not None and pattern.type == "identifier":
                self.bind(text_of(pattern), known)

    def usage(self, node: Node) -> None:
        """Add the uses at a node."""
        if node.type == "call_expression":
            called = node.child_by_field_name("function")
            if called is not None and called.type == "generic_function":
                called = called.child_by_field_name("function")
            count = arguments_in(node.child_by_field_name("arguments"))
            if called is None:
                return
            if called.type == "identifier":
                self.note(called, "call", None, count)
            elif called.type == "scoped_identifier":
                self._scoped(called, "call", count)
            elif called.type == "field_expression":
                self.note(called.child_by_field_name("field") or called, "call", called.child_by_field_name("value"), count)
        elif node.type == "scoped_identifier" and not self._is_called(node) and not _in_use(node):
            self._scoped(node, "name", -1)
        elif node.type in ("use_as_clause", "use_list", "use_declaration"):
            self._imported(node)
        elif node.type == "token_tree":
            self._macro(node)
        elif node.type == "identifier" and node.parent is not None and node.parent.type in _READING:
            self.note(node, "name")

    def _scoped(self, node: Node, kind: str, count: int) -> None:
        path, name = node.child_by_field_name("path"), node.child_by_field_name("name")
        self.note(name or node, kind, path, count, qualified=True)

    def type_of(self, node: Node | None) -> str:
        """The class of an expression's value; "" if unknown."""
        if node is not None and node.type == "identifier" and text_of(node) == "Self":
            return self.owner[-1] if self.owner else ""
        return super().type_of(node)

    def _imported(self, node: Node) -> None:
        parts = [node.child_by_field_name("argument")] if node.type == "use_declaration" else node.named_children
        for part in parts:
            if part is None:
                continue
            name = (
                part.child_by_field_name("name")
                if part.type == "scoped_identifier"
                else part
                if part.type == "identifier"
                else None
            )
            if part.type == "use_as_clause":
                path = part.child_by_field_name("path")
                name = path if path is None or path.type == "identifier" else path.child_by_field_name("name")
            if name is not None:
                self.note(name, "import")

    def _macro(self, node: Node) -> None:
        """Calls inside the tokens of a macro, which are not parsed."""
        parts = node.children
        for position, part in enumerate(parts[:-1]):
            following = parts[position + 1]
            if part.type != "identifier" or following.type != "token_tree" or not text_of(following).startswith("("):
                continue
            before = parts[position - 1].type if position else ""
            receiver = parts[position - 2] if position > 1 and before in (".", "::") else None
            if before == "." and (receiver is None or (position > 2 and parts[position - 3].type in (".", "::"))):
                continue
            self.note(part, "call", receiver, _count(following), qualified=before == "::")

    def _is_called(self, node: Node) -> bool:
        parent = node.parent
        if parent is not None and parent.type == "generic_function":
            return self._is_called(parent)
        return parent is not None and parent.type == "call_expression" and parent.child_by_field_name("function") == node

    def made_by(self, node: Node) -> str:
        """The class whose instance an expression creates."""
        if node.type == "struct_expression":
            return text_of(node.child_by_field_name("name"))
        if node.type != "call_expression":
            return ""
        called = node.child_by_field_name("function")
        if called is not None and called.type == "scoped_identifier":
            made = plain(text_of(called.child_by_field_name("path"))).rpartition("::")[2]
            return (self.owner[-1] if self.owner else "") if made == "Self" else made if made[:1].isupper() else ""
        return self.outline.returns.get(text_of(called), "")

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        """(receiver, name) of a member access."""
        if node.type == "field_expression":
            return node.child_by_field_name("value"), node.child_by_field_name("field")
        return None, None


_READING = frozenset(
    {"arguments", "binary_expression", "let_declaration", "return_expression", "match_pattern", "array_expression"}
)


def _parameters(listed: Node | None) -> tuple[Parameter, ...]:
    found = []
    for part in listed.named_children if listed is not None else ():
        if part.type == "parameter":
            found.append(parameter(text_of(part.child_by_field_name("pattern")), text_of(part.child_by_field_name("type"))))
        elif part.type == "variadic_parameter":
            found.append(parameter("", variadic=True))
    return tuple(found)


def _in_use(node: Node) -> bool:
    around = node.parent
    while around is not None and around.type in (
        "scoped_identifier",
        "scoped_use_list",
        "use_list",
        "use_as_clause",
        "use_wildcard",
    ):
        around = around.parent
    return around is not None and around.type in ("use_declaration", "scoped_identifier")


def _count(tokens: Node) -> int:
    """The number of arguments in the tokens of a call: its top-level commas."""
    inside = [c for c in tokens.children[1:-1] if "comment" not in c.type]
    if not inside:
        return 0
    if any(c.type in ("|", "<", "..") for c in inside):
        return -1
    commas = sum(c.type == "," or text_of(c) == "," for c in inside)
    return commas + (text_of(inside[-1]) != ",")
