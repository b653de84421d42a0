"""The walk over a syntax tree that collects an outline; each language says what its nodes mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codeassist.tasks.review.analysers.outlines.outline import Definition, Outline, Parameter, Use

if TYPE_CHECKING:
    from tree_sitter import Node

THIS = frozenset({"this", "self", "this_expression", "base", "super"})


class Reader:
    """Two passes over a tree: definitions, imports and fields first, then uses, which need their types."""

    functions: frozenset[str] = frozenset()
    """Node types that open a scope of variables."""

    owners: frozenset[str] = frozenset()
    """Node types of classes and the like, whose members belong to them."""

    transparent: frozenset[str] = frozenset(
        {"parenthesized_expression", "await_expression", "non_null_expression", "unary_expression"}
    )
    """Expressions whose type is that of their operand."""

    def __init__(self, path: str) -> None:
        self.outline = Outline(path)
        self.owner: list[str] = []
        self.scopes: list[dict[str, str]] = [{}]
        self.ahead: list[frozenset[str]] = []
        """Names that the functions around a use bind anywhere, for languages in which they count from the start."""

    def read(self, root: Node) -> Outline:
        """The outline of a tree."""
        self.declare(root, 0)
        self.owner, self.scopes = [], [{}]
        self.use(root)
        return self.outline

    # The first pass

    def declare(self, node: Node, depth: int) -> None:
        """Collect definitions below a node; `depth` counts the functions around it."""
        self.declaration(node, depth)
        owns = self.owner_of(node)
        if owns:
            self.owner.append(owns)
        for child in node.named_children:
            self.declare(child, depth + (node.type in self.functions))
        if owns:
            self.owner.pop()

    def declaration(self, node: Node, depth: int) -> None:
        """Add what a node defines, imports or exports."""

    def owner_of(self, node: Node) -> str:
        """The name of the class or the like that a node defines; "" for other nodes."""
        return text_of(node.child_by_field_name("name")) if node.type in self.owners else ""

    def add(self, node: Node, name: str, kind: str, *, owner: str | None = None, **more: object) -> None:
        """Add a definition at a node."""
        around = self.owner[-1] if self.owner else ""
        self.outline.definitions.append(
            Definition(name, around if owner is None else owner, kind, line_of(node), node.end_point[0] + 1, **more)  # type: ignore[arg-type]
        )

    # The second pass

    def use(self, node: Node) -> None:
        """Collect uses below a node, with the variables in scope."""
        opens, owns = node.type in self.functions, self.owner_of(node)
        if opens:
            self.scopes.append({})
            self.ahead.append(self.bound_below(node))
        if owns:
            self.owner.append(owns)
        self.variables(node)
        self.usage(node)
        for child in node.named_children:
            self.use(child)
        if opens:
            self.scopes.pop()
            self.ahead.pop()
        if owns:
            self.owner.pop()

    def variables(self, node: Node) -> None:
        """Add the variables that a node declares to the scope."""

    def bound_below(self, node: Node) -> frozenset[str]:
        """Names that a function binds, also behind their use; none where a name counts from its declaration on."""
        return frozenset()

    def usage(self, node: Node) -> None:
        """Add the uses at a node."""

    def bind(self, name: str, kind: str) -> None:
        """A variable of a type ("" if unknown); two types for one name in a scope make it unknown."""
        scope = self.scopes[-1]
        scope[name] = kind if scope.get(name, kind) == kind else ""

    def note(self, name: Node, kind: str, receiver: Node | None = None, arguments: int = -1, **more: object) -> None:
        """Add a use of a name."""
        text, around = text_of(name), self.owner[-1] if self.owner else ""
        before, known = "", ""
        if receiver is not None:
            before, known = text_of(receiver)[:200], self.type_of(receiver)
        shadowed = receiver is None and any(text in scope for scope in (*self.scopes, *self.ahead))
        line, end = line_of(name), line_of(name)
        self.outline.uses.append(
            Use(text, line, end, kind, before, known, around, arguments, shadowed, **more)  # type: ignore[arg-type]
        )

    def variable(self, name: str) -> str | None:
        """The type of a variable, "" if unknown; None if no variable has the name."""
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)

    def type_of(self, node: Node | None) -> str:
        """The class of an expression's value; "" if unknown."""
        if node is None:
            return ""
        if node.type in THIS:
            return self.owner[-1] if self.owner else ""
        if node.type in self.transparent and node.named_children:
            return self.type_of(node.named_children[-1])
        if node.type == "identifier":
            return self.variable(text_of(node)) or ""
        if made := self.made_by(node):
            return plain(made)
        inner, name = self.member(node)
        if inner is not None and name is not None:
            return self.outline.fields.get(f"{self.type_of(inner)}.{text_of(name)}", "")
        return ""

    def made_by(self, node: Node) -> str:
        """The class whose instance an expression creates, or the type that a called function of the file returns."""
        return ""

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        """(receiver, name) of a member access."""
        return None, None


def text_of(node: Node | None) -> str:
    """The source of a node; "" for None."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def line_of(node: Node) -> int:
    """The first line of a node, from 1."""
    return int(node.start_point[0]) + 1


def plain(kind: str) -> str:
    """The class that a type names: without references, pointers, generics, optionals and smart pointers; "" for collections."""
    kind = kind.strip().removeprefix(":").strip()
    kind = re.sub(r"^(?:&\s*)?(?:'\w+\s+)?(?:(?:mut|dyn|const|final|readonly|impl|struct)\s+)*[*&]*", "", kind).strip()
    kind = re.sub(r"\s*\|\s*(?:null|undefined)\b|[?*&]+$", "", kind)
    if kind.startswith(("[", "map[", "func", "(", "{")) or kind.endswith("]") or "|" in kind:
        return ""
    if match := re.fullmatch(r"(?:Box|Arc|Rc|Option|Promise|Task|Optional)\s*<(.*)>", kind, re.DOTALL):
        return plain(match[1]) if match[0][:3] in ("Box", "Arc", "Rc<") else ""
    return re.sub(r"<.*>$", "", kind, flags=re.DOTALL).strip()


def arguments_in(node: Node | None) -> int:
    """The number of arguments; -1 if one is spread or the list is missing."""
    if node is None:
        return -1
    given = [c for c in node.named_children if c.type not in ("comment", "line_comment", "block_comment")]
    if any(c.type in ("spread_element", "variadic_argument") or text_of(c).endswith("...") for c in given):
        return -1
    return len(given)


def parameter(name: str, kind: str = "", *, optional: bool = False, variadic: bool = False, default: str = "") -> Parameter:
    """A parameter with its type's spaces removed."""
    return Parameter(name, "".join(kind.split()), optional, variadic, default)
