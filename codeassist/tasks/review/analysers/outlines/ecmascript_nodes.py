"""What nodes of JavaScript and TypeScript say: parameters, bound names, literals, required modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeassist.tasks.review.analysers.outlines.outline import Parameter
from codeassist.tasks.review.analysers.outlines.reader import parameter, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


def parameters(node: Node) -> tuple[Parameter, ...]:
    """The parameters of a function."""
    listed = node.child_by_field_name("parameters")
    if listed is None:
        single = node.child_by_field_name("parameter")
        return (parameter(text_of(single)),) if single is not None else ()
    return parameters_of(listed.named_children)


def parameters_of(nodes: list[Node]) -> tuple[Parameter, ...]:
    """The parameters of a list of nodes."""
    found = []
    for part in nodes:
        if part.type == "comment":
            continue
        pattern = part.child_by_field_name("pattern") or part.child_by_field_name("left") or part
        if text_of(pattern) == "this":
            continue
        optional = part.type in ("optional_parameter", "assignment_pattern") or part.child_by_field_name("value") is not None
        variadic = "rest_pattern" in (part.type, pattern.type)
        kind = text_of(part.child_by_field_name("type"))
        default = text_of(part.child_by_field_name("value") or part.child_by_field_name("right"))
        found.append(parameter(text_of(pattern), kind.removeprefix(":"), optional=optional, variadic=variadic, default=default))
    return tuple(found)


def unquoted(node: Node | None) -> str:
    """The text of a string literal."""
    return text_of(node).strip().strip("'\"`")


def bound_in(node: Node, functions: frozenset[str]) -> frozenset[str]:
    """The variables and functions that a function declares anywhere in its body, without those of the functions in it."""
    found, rest = set[str](), list(node.named_children)
    while rest:
        part = rest.pop()
        value = part.child_by_field_name("value")
        if part.type == "variable_declarator" and (value is None or not required(value)):
            found.update(bound_names(part.child_by_field_name("name")))
        elif part.type == "function_declaration":
            found.add(text_of(part.child_by_field_name("name")))
        if part.type not in functions:
            rest += part.named_children
    return frozenset(found)


def bound_names(node: Node | None) -> list[str]:
    """The names that a pattern binds."""
    if node is None:
        return []
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        return [text_of(node)]
    value = node.child_by_field_name("value") if node.type == "pair_pattern" else None
    inner = (
        [value]
        if value is not None
        else [c for c in node.named_children if c.type not in ("type_annotation", "property_identifier")]
    )
    left = node.child_by_field_name("left")
    return [n for part in ([left] if left is not None else inner) for n in bound_names(part)]


def required(node: Node) -> str:
    """The module of `require("module")`; "" for another expression."""
    if node.type == "call_expression" and text_of(node.child_by_field_name("function")) == "require":
        arguments = node.child_by_field_name("arguments")
        if arguments is not None and arguments.named_children:
            return unquoted(arguments.named_children[0])
    return ""


def is_called(node: Node) -> bool:
    """Whether an expression is what a call calls."""
    parent = node.parent
    return parent is not None and parent.type == "call_expression" and parent.child_by_field_name("function") == node


def names_below(node: Node) -> list[Node]:
    """The identifiers below a node, without type arguments."""
    if node.type in ("identifier", "type_identifier"):
        return [node]
    return [n for c in node.named_children if c.type != "type_arguments" for n in names_below(c)]


def literals(node: Node) -> list[Node]:
    """The string literals of a union."""
    if node.type == "literal_type" and node.named_children and node.named_children[0].type == "string":
        return [node.named_children[0]]
    return [n for c in node.named_children if c.type in ("union_type", "literal_type") for n in literals(c)]
