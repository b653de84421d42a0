"""C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeassist.tasks.review.analysers.outlines.outline import Parameter
from codeassist.tasks.review.analysers.outlines.reader import Reader, arguments_in, parameter, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


class C(Reader):
    """A name is exported unless it is `static`; a prototype is not a second definition."""

    functions = frozenset({"function_definition", "compound_statement", "for_statement"})

    def declaration(self, node: Node, depth: int) -> None:
        """Add what a node defines, imports or exports."""
        if node.type in ("function_definition", "declaration") and not depth:
            declarator = _function(node.child_by_field_name("declarator"))
            if declarator is None:
                return
            name = text_of(declarator.child_by_field_name("declarator"))
            static = any(c.type == "storage_class_specifier" and text_of(c) == "static" for c in node.named_children)
            listed = declarator.child_by_field_name("parameters")
            self.add(
                node,
                name,
                "function",
                owner="",
                parameters=_parameters(listed),
                exported=not static,
                prototype=node.type == "declaration",
            )
        elif node.type == "enumerator":
            self.add(node, text_of(node.child_by_field_name("name")), "constant", owner="")
        elif node.type in ("preproc_def", "preproc_function_def"):
            name = text_of(node.child_by_field_name("name"))
            listed = node.child_by_field_name("parameters")
            if listed is None:
                self.add(node, name, "constant", owner="")
            else:
                given = tuple(parameter(text_of(c), variadic=text_of(c) == "...") for c in listed.named_children)
                self.add(node, name, "function", owner="", parameters=given)

    def variables(self, node: Node) -> None:
        """Add the variables that a node declares."""
        if (node.type == "declaration" and len(self.scopes) > 1) or node.type == "parameter_declaration":
            for part in node.children_by_field_name("declarator"):
                name = part
                while (inner := name.child_by_field_name("declarator")) is not None:
                    name = inner
                if name.type == "identifier":
                    self.bind(text_of(name), "")

    def usage(self, node: Node) -> None:
        """Add the uses at a node."""
        if node.type == "call_expression":
            called = node.child_by_field_name("function")
            if called is not None and called.type == "identifier":
                self.note(called, "call", None, arguments_in(node.child_by_field_name("arguments")))
        elif node.type == "identifier" and not _names_something(node):
            self.note(node, "name")


def _function(node: Node | None) -> Node | None:
    while node is not None and node.type != "function_declarator":
        node = node.child_by_field_name("declarator")
    inner = node.child_by_field_name("declarator") if node is not None else None
    return node if inner is not None and inner.type == "identifier" else None


def _parameters(listed: Node | None) -> tuple[Parameter, ...]:
    found = []
    for part in listed.named_children if listed is not None else ():
        if part.type == "variadic_parameter":
            found.append(parameter("", variadic=True))
        elif part.type == "parameter_declaration" and text_of(part) != "void":
            declarator = part.child_by_field_name("declarator")
            kind = text_of(part.child_by_field_name("type")) + "*" * text_of(declarator).count("*")
            found.append(parameter(text_of(declarator).lstrip("* "), kind))
    return tuple(found)


def _names_something(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.type in (
        "function_declarator",
        "parameter_declaration",
        "enumerator",
        "preproc_def",
        "preproc_params",
    ):
        return True
    if parent.type in ("preproc_function_def", "preproc_ifdef", "preproc_defined", "call_expression"):
        return parent.type != "call_expression" or parent.child_by_field_name("function") == node
    return parent.type.endswith("declarator") and parent.child_by_field_name("declarator") == node
