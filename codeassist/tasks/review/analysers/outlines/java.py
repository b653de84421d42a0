"""Java and C#."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from codeassist.tasks.review.analysers.outlines.outline import Import, Parameter
from codeassist.tasks.review.analysers.outlines.reader import Reader, arguments_in, line_of, parameter, plain, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

TYPES = frozenset(
    {
        "class_declaration",
        "interface_declaration",
        "enum_declaration",
        "record_declaration",
        "struct_declaration",
        "annotation_type_declaration",
    }
)


class ClassBased(Reader, ABC):
    """What Java and C# have in common: every function is a method of a class."""

    owners = TYPES
    functions = frozenset(
        {
            "method_declaration",
            "constructor_declaration",
            "lambda_expression",
            "block",
            "local_function_statement",
            "enhanced_for_statement",
            "foreach_statement",
            "for_statement",
            "catch_clause",
        }
    )

    def declaration(self, node: Node, depth: int) -> None:
        """Add what a node defines, imports or exports."""
        kind, name = node.type, text_of(node.child_by_field_name("name"))
        hidden = "private" in modifiers(node)
        if kind in TYPES:
            self.add(node, name, "type", owner="", exported=not hidden)
            self.outline.bases[name] = tuple(_bases(node))
            self._record(node, name)
        elif kind == "method_declaration":
            self.add(node, name, "method", parameters=self.parameters(node), exported=not hidden)
            returned = node.child_by_field_name("type") or node.child_by_field_name("returns")
            if kind := plain(text_of(returned)):
                self.outline.returns[name] = kind
        elif kind == "constructor_declaration":
            self.add(node, name, "constructor", parameters=self.parameters(node), exported=not hidden)
        elif kind in ("enum_constant", "enum_member_declaration"):
            self.add(node, name, "member")
        elif kind == "field_declaration" and self.owner:
            self._fields(node, hidden=hidden)
        elif kind == "property_declaration" and self.owner:
            self.outline.fields[f"{self.owner[-1]}.{name}"] = plain(text_of(node.child_by_field_name("type")))
            self.add(node, name, "property", exported=not hidden)
        else:
            self.imported(node)

    def imported(self, node: Node) -> None:
        """Add what a node imports."""

    @abstractmethod
    def parameters(self, node: Node) -> tuple[Parameter, ...]:
        """The parameters of a method."""

    def _record(self, node: Node, name: str) -> None:
        """The constructor of a record, or of a class with a primary constructor."""
        if node.child_by_field_name("parameters") is not None or any(c.type == "parameter_list" for c in node.named_children):
            self.add(node, name, "constructor", owner=name, parameters=self.parameters(node))

    def _fields(self, node: Node, *, hidden: bool) -> None:
        declared = next((c for c in node.named_children if c.type == "variable_declaration"), node)
        kind = plain(text_of(declared.child_by_field_name("type")))
        for one in declared.named_children:
            if one.type == "variable_declarator":
                name = text_of(one.child_by_field_name("name"))
                self.outline.fields[f"{self.owner[-1]}.{name}"] = kind
                constant = bool({"static", "const"} & modifiers(node))
                self.add(one, name, "constant" if constant else "field", exported=not hidden)

    def variables(self, node: Node) -> None:
        """Add the variables that a node declares."""
        if node.type in ("local_variable_declaration", "variable_declaration"):
            if node.parent is not None and node.parent.type == "field_declaration":
                return
            kind = text_of(node.child_by_field_name("type"))
            for one in node.named_children:
                if one.type == "variable_declarator":
                    value = one.child_by_field_name("value") or (
                        one.named_children[-1] if len(one.named_children) > 1 else None
                    )
                    known = self.type_of(value) if kind == "var" else plain(kind)
                    self.bind(text_of(one.child_by_field_name("name")), known)
        elif node.type in (
            "formal_parameter",
            "parameter",
            "catch_formal_parameter",
            "enhanced_for_statement",
            "foreach_statement",
        ):
            name = node.child_by_field_name("name") or node.child_by_field_name("left")
            kind = plain(text_of(node.child_by_field_name("type")))
            self.bind(text_of(name), "" if kind == "var" else kind)

    def type_of(self, node: Node | None) -> str:
        """The class of an expression's value; "" if unknown."""
        known = super().type_of(node)
        if not known and node is not None and node.type == "identifier" and self.owner and self.variable(text_of(node)) is None:
            return self.outline.fields.get(f"{self.owner[-1]}.{text_of(node)}", "")
        return known

    def made_by(self, node: Node) -> str:
        """The class whose instance an expression creates."""
        return text_of(node.child_by_field_name("type")) if node.type == "object_creation_expression" else ""


class Java(ClassBased):
    """A name is exported unless it is private."""

    def parameters(self, node: Node) -> tuple[Parameter, ...]:
        """The parameters of a method."""
        listed = node.child_by_field_name("parameters")
        found = []
        for part in listed.named_children if listed is not None else ():
            if part.type == "spread_parameter":
                found.append(parameter("", variadic=True))
            elif part.type == "formal_parameter":
                found.append(parameter(text_of(part.child_by_field_name("name")), text_of(part.child_by_field_name("type"))))
        return tuple(found)

    def imported(self, node: Node) -> None:
        """Add what a node imports."""
        if node.type == "package_declaration":
            self.outline.package = text_of(node.named_children[-1])
        elif node.type == "import_declaration":
            path = text_of(node.named_children[0])
            if any(c.type == "asterisk" for c in node.named_children):
                self.outline.stars.append(path)
            else:
                module, _, name = path.rpartition(".")
                self.outline.imports[name] = Import(module, name)

    def usage(self, node: Node) -> None:
        """Add the uses at a node."""
        if node.type == "method_invocation":
            name, count = node.child_by_field_name("name"), arguments_in(node.child_by_field_name("arguments"))
            self.note(name or node, "call", node.child_by_field_name("object"), count)
        elif node.type == "object_creation_expression":
            made = node.child_by_field_name("type")
            simple = made.named_children[0] if made is not None and made.type == "generic_type" else made
            self.note(simple or node, "new", None, arguments_in(node.child_by_field_name("arguments")))
        elif node.type == "field_access":
            self.note(node.child_by_field_name("field") or node, "name", node.child_by_field_name("object"))
        elif node.type == "method_reference" and len(node.named_children) == 2:
            self.note(node.named_children[1], "name", node.named_children[0])
        elif node.type == "switch_label":
            for value in (c for c in node.named_children if c.type == "identifier"):
                self.note(value, "case", siblings=tuple(_labels(node)))
        elif node.type == "type_identifier":
            self.note(node, "name")

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        """(receiver, name) of a member access."""
        if node.type == "field_access":
            return node.child_by_field_name("object"), node.child_by_field_name("field")
        return None, None


class CSharp(ClassBased):
    """A name is exported unless it is private, which is the default of members."""

    def parameters(self, node: Node) -> tuple[Parameter, ...]:
        """The parameters of a method."""
        listed = node.child_by_field_name("parameters") or next(
            (c for c in node.named_children if c.type == "parameter_list"), None
        )
        found: list[Parameter] = []
        for part in listed.named_children if listed is not None else ():
            if part.type == "parameter":
                source = text_of(part)
                if source.startswith("this "):
                    continue
                found.append(
                    parameter(
                        text_of(part.child_by_field_name("name")),
                        text_of(part.child_by_field_name("type")),
                        optional="=" in source,
                        variadic=source.startswith("params "),
                    )
                )
        if listed is not None and "params " in text_of(listed) and not any(p.variadic for p in found):
            found.append(parameter("", variadic=True))
        return tuple(found)

    def imported(self, node: Node) -> None:
        """Add what a node imports."""
        if node.type in ("namespace_declaration", "file_scoped_namespace_declaration"):
            self.outline.package = text_of(node.child_by_field_name("name"))
        elif node.type == "using_directive":
            self.outline.stars.append(text_of(node.named_children[-1]))

    def usage(self, node: Node) -> None:
        """Add the uses at a node."""
        if node.type == "invocation_expression":
            called = node.child_by_field_name("function")
            count = arguments_in(node.child_by_field_name("arguments"))
            if called is None:
                return
            if called.type == "identifier":
                self.note(called, "call", None, count)
            elif called.type == "member_access_expression":
                self._member(called, "call", count)
            elif called.type == "conditional_access_expression":
                binding = called.named_children[-1]
                self.note(
                    binding.child_by_field_name("name") or binding, "call", called.child_by_field_name("condition"), count
                )
        elif node.type == "object_creation_expression":
            made = node.child_by_field_name("type")
            simple = made.named_children[0] if made is not None and made.type == "generic_name" else made
            listed = node.child_by_field_name("arguments")
            self.note(simple or node, "new", None, arguments_in(listed) if listed is not None else 0)
        elif node.type == "member_access_expression" and (
            node.parent is None
            or node.parent.type != "invocation_expression"
            or node.parent.child_by_field_name("function") != node
        ):
            self._member(node, "name", -1)

    def _member(self, node: Node, kind: str, count: int) -> None:
        name, receiver = node.child_by_field_name("name"), node.child_by_field_name("expression")
        if receiver is None:
            receiver = next((c for c in node.children if c.type in ("this", "base", "this_expression")), None)
        if name is not None and name.type == "generic_name":
            name = name.named_children[0]
        self.note(name or node, kind, receiver, count)

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        """(receiver, name) of a member access."""
        if node.type == "member_access_expression":
            receiver = node.child_by_field_name("expression")
            receiver = receiver or next((c for c in node.children if c.type in ("this", "base", "this_expression")), None)
            return receiver, node.child_by_field_name("name")
        return None, None


def modifiers(node: Node) -> set[str]:
    """The modifiers of a declaration; in C# a member without an access modifier is private."""
    found = {w for c in node.named_children if c.type in ("modifiers", "modifier") for w in text_of(c).split()}
    is_csharp = any(c.type == "modifier" for c in node.named_children)
    if is_csharp and node.type not in TYPES and not found & {"public", "internal", "protected", "private"}:
        found.add("private")
    return found


def _bases(node: Node) -> list[str]:
    found = [c for c in node.named_children if c.type in ("superclass", "base_list", "super_interfaces", "extends_interfaces")]
    names: list[str] = []
    stack = list(found)
    while stack:
        part = stack.pop()
        if part.type in ("type_identifier", "identifier"):
            names.append(text_of(part))
        elif part.type not in ("type_arguments", "type_argument_list"):
            stack += part.named_children
    return names


def _labels(label: Node) -> list[str]:
    """The other identifiers that the same `switch` lists."""
    block = label.parent
    while block is not None and block.type != "switch_block":
        block = block.parent
    found: list[str] = []
    stack = list(block.named_children) if block is not None else []
    while stack:
        part = stack.pop()
        if part.type == "switch_label":
            found += [text_of(c) for c in part.named_children if c.type == "identifier"]
        elif part.type in ("switch_block_statement_group", "switch_rule"):
            stack += part.named_children
    return [n for n in found if line_of(label)]
