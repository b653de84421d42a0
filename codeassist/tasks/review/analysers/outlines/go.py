"""Go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeassist.tasks.review.analysers.outlines.outline import Import, Parameter
from codeassist.tasks.review.analysers.outlines.reader import Reader, arguments_in, parameter, plain, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


class Go(Reader):
    """The package of a file is its folder; a name is exported if it starts with a capital."""

    functions = frozenset(
        {"function_declaration", "method_declaration", "func_literal", "block", "if_statement", "for_statement"}
    )

    def owner_of(self, node: Node) -> str:
        """The class or the like that a node defines."""
        if node.type == "method_declaration":
            return _receiver(node)[1]
        return text_of(node.child_by_field_name("name")) if node.type == "type_spec" else ""

    def declaration(self, node: Node, depth: int) -> None:
        """Add what a node defines, imports or exports."""
        kind, name = node.type, text_of(node.child_by_field_name("name"))
        if kind == "package_clause":
            self.outline.package = text_of(node.named_children[0])
        elif kind == "import_spec":
            module = text_of(node.child_by_field_name("path")).strip('"`')
            self.outline.imports[name or _last(module)] = Import(module, "*")
            if name == ".":
                self.outline.stars.append(module)
        elif kind == "function_declaration":
            self.add(node, name, "function", owner="", parameters=parameters(node), exported=name[:1].isupper())
            self._returns(name, node)
        elif kind == "method_declaration":
            self.add(node, name, "method", owner=_receiver(node)[1], parameters=parameters(node), exported=name[:1].isupper())
            self._returns(name, node)
        elif kind == "method_elem" and self.owner:
            self.add(node, name, "method", parameters=parameters(node), prototype=True)
        elif kind == "type_spec" and not depth:
            self.add(node, name, "type", owner="", exported=name[:1].isupper())
        elif kind in ("const_spec", "var_spec") and not depth:
            names = node.children_by_field_name("name")
            value = text_of(node.child_by_field_name("value")) if kind == "const_spec" and len(names) == 1 else ""
            for one in names:
                self.add(node, text_of(one), "constant", owner="", exported=text_of(one)[:1].isupper(), value=value)
        elif kind == "field_declaration" and self.owner:
            self._field(node, self.owner[-1])

    def _field(self, node: Node, owner: str) -> None:
        kind = plain(text_of(node.child_by_field_name("type")))
        for one in node.children_by_field_name("name"):
            self.outline.fields[f"{owner}.{text_of(one)}"] = kind
        if node.child_by_field_name("name") is None:  # embedded
            self.outline.bases[owner] = (*self.outline.bases.get(owner, ()), kind)

    def _returns(self, name: str, node: Node) -> None:
        result = text_of(node.child_by_field_name("result")).strip()
        first = result.strip("()").partition(",")[0].strip() if result.startswith("(") else result
        if kind := plain(first.rpartition(" ")[2]):
            self.outline.returns[name] = kind

    def variables(self, node: Node) -> None:
        """Add the variables that a node declares."""
        if node.type in ("parameter_declaration", "variadic_parameter_declaration"):
            kind = "" if node.type.startswith("variadic") else plain(text_of(node.child_by_field_name("type")))
            for name in node.children_by_field_name("name"):
                self.bind(text_of(name), kind)
        elif node.type in ("var_spec", "const_spec") and len(self.scopes) > 1:
            value = node.child_by_field_name("value")
            known = plain(text_of(node.child_by_field_name("type")))
            if not known and value is not None and value.named_children:
                known = self.type_of(value.named_children[0])
            for name in node.children_by_field_name("name"):
                self.bind(text_of(name), known)
        elif node.type in ("short_var_declaration", "range_clause"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            values = right.named_children if right is not None and node.type == "short_var_declaration" else []
            for position, name in enumerate(left.named_children if left is not None else ()):
                known = self.type_of(values[position]) if position < len(values) else ""
                self.bind(text_of(name), known)

    def usage(self, node: Node) -> None:
        """Add the uses at a node."""
        if node.type == "call_expression":
            called = node.child_by_field_name("function")
            count = arguments_in(node.child_by_field_name("arguments"))
            inner = _only_call(node.child_by_field_name("arguments")) if count == 1 else ""
            count = -1 if inner else count  # f(g()) passes all results of g
            if called is not None and called.type == "identifier":
                self.note(called, "call", None, count, results_of=inner)
            elif called is not None and called.type == "selector_expression":
                name, operand = called.child_by_field_name("field") or called, called.child_by_field_name("operand")
                self.note(name, "call", operand, count, results_of=inner)
        elif node.type == "selector_expression" and not _called(node):
            self.note(node.child_by_field_name("field") or node, "name", node.child_by_field_name("operand"))
        elif node.type == "qualified_type":
            self.note(node.child_by_field_name("name") or node, "name", node.child_by_field_name("package"))
        elif node.type in ("identifier", "type_identifier") and not _names_something(node):
            self.note(node, "name")

    def made_by(self, node: Node) -> str:
        """The class whose instance an expression creates."""
        if node.type == "composite_literal":
            return text_of(node.child_by_field_name("type"))
        if node.type == "unary_expression":
            return self.type_of(node.child_by_field_name("operand"))
        if node.type != "call_expression":
            return ""
        called = text_of(node.child_by_field_name("function"))
        package, _, name = called.rpartition(".")
        if not package and name in self.outline.returns:
            return self.outline.returns[name]
        if name == "new":
            return text_of(node.child_by_field_name("arguments")).strip("()")
        if name.startswith(("New", "new")) and package.count(".") == 0:
            return f"{package}.{name[3:]}".lstrip(".") if name[3:] else f"{package}.()"
        return ""

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        """(receiver, name) of a member access."""
        if node.type == "selector_expression":
            return node.child_by_field_name("operand"), node.child_by_field_name("field")
        return None, None


def parameters(node: Node) -> tuple[Parameter, ...]:
    """The parameters of a function or method."""
    listed = node.child_by_field_name("parameters")
    found = []
    for part in listed.named_children if listed is not None else ():
        if not part.type.endswith("parameter_declaration"):
            continue
        kind = text_of(part.child_by_field_name("type"))
        variadic = part.type.startswith("variadic")
        names = [text_of(name) for name in part.children_by_field_name("name")] or [""]
        found += [parameter(name, kind, variadic=variadic) for name in names]
    return tuple(found)


def _receiver(node: Node) -> tuple[str, str]:
    """(variable, type) of a method's receiver."""
    listed = node.child_by_field_name("receiver")
    for part in listed.named_children if listed is not None else ():
        kind = text_of(part.child_by_field_name("type")).lstrip("*").partition("[")[0]
        return text_of(part.child_by_field_name("name")), kind
    return "", ""


def _last(module: str) -> str:
    """The package name that an import path suggests: its last part, without a version."""
    parts = module.split("/")
    if len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:].isdigit():
        parts.pop()
    return parts[-1].partition(".")[0].removeprefix("go-")


def _only_call(arguments: Node | None) -> str:
    """The name of the function whose call is the only argument; "" if that is something else."""
    only = next((n for n in arguments.named_children if n.type != "comment"), None) if arguments is not None else None
    if only is None or only.type != "call_expression":
        return ""
    return text_of(only.child_by_field_name("function")).rpartition(".")[2] or "()"


def _called(node: Node) -> bool:
    return (
        node.parent is not None
        and node.parent.type == "call_expression"
        and node.parent.child_by_field_name("function") == node
    )


def _names_something(node: Node) -> bool:
    """Whether an identifier is being defined, is called, or is the key of a literal."""
    parent = node.parent
    if parent is None or _called(node):
        return True
    if any(n == node for n in parent.children_by_field_name("name")):
        return True
    if parent.type in ("literal_element", "keyed_element"):
        keyed = parent if parent.type == "keyed_element" else parent.parent
        return keyed is not None and keyed.type == "keyed_element" and keyed.named_children[0] in (node, parent)
    return parent.type in ("label_name", "labeled_statement", "parameter_declaration") and node.type == "identifier"
