"""JavaScript and TypeScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeassist.tasks.review.analysers.outlines.ecmascript_nodes import (
    bound_in,
    bound_names,
    is_called,
    literals,
    names_below,
    parameters,
    parameters_of,
    required,
    unquoted,
)
from codeassist.tasks.review.analysers.outlines.outline import Import
from codeassist.tasks.review.analysers.outlines.reader import Reader, arguments_in, plain, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
TYPES = frozenset(
    {"class_declaration", "abstract_class_declaration", "interface_declaration", "enum_declaration", "type_alias_declaration"}
)


class EcmaScript(Reader):
    """Modules and CommonJS; a name is exported if an `export`, or `exports`, names it."""

    functions = FUNCTIONS | {
        "function_declaration",
        "generator_function_declaration",
        "method_definition",
        "catch_clause",
        "for_in_statement",
    }
    owners = TYPES | {"class"}

    def declaration(self, node: Node, depth: int) -> None:
        """Add what a node defines, imports or exports."""
        kind, name = node.type, text_of(node.child_by_field_name("name"))
        if kind == "import_statement":
            self._imports(node)
        elif kind == "export_statement":
            self._exports(node)
        elif kind == "assignment_expression":
            self._common_js(node)
        elif kind in ("function_declaration", "generator_function_declaration", "function_signature"):
            if not depth:
                self.add(node, name, "function", owner="", parameters=parameters(node), exported=False)
                self._returns(name, node)
        elif kind in TYPES:
            self.add(node, name, "type", owner="", exported=False)
            self._bases(node, name)
            self._members(node, name)
        elif kind in ("method_definition", "method_signature", "abstract_method_signature"):
            self._method(node, name)
        elif kind in ("public_field_definition", "field_definition"):
            self._field(node)
        elif kind == "variable_declarator":
            self._variable(node, name, depth)

    def _imports(self, node: Node) -> None:
        module = unquoted(node.child_by_field_name("source"))
        for clause in (c for c in node.named_children if c.type == "import_clause"):
            for part in clause.named_children:
                if part.type == "identifier":
                    self.outline.imports[text_of(part)] = Import(module, "default")
                elif part.type == "namespace_import":
                    self.outline.imports[text_of(part.named_children[-1])] = Import(module, "*")
                for one in part.named_children if part.type == "named_imports" else ():
                    original = text_of(one.child_by_field_name("name"))
                    local = text_of(one.child_by_field_name("alias")) or original
                    self.outline.imports[local] = Import(module, original)

    def _exports(self, node: Node) -> None:
        source, declared = node.child_by_field_name("source"), node.child_by_field_name("declaration")
        is_default = any(c.type == "default" for c in node.children)
        for clause in (c for c in node.named_children if c.type == "export_clause"):
            for one in clause.named_children:
                local = text_of(one.child_by_field_name("name"))
                public = text_of(one.child_by_field_name("alias")) or local
                if source is not None:
                    self.outline.reexports[public] = Import(unquoted(source), local)
                else:
                    self.outline.exports[public] = local
        if source is not None and any(c.type == "*" for c in node.children):
            self.outline.stars.append(unquoted(source))
        if source is not None and (space := next((c for c in node.named_children if c.type == "namespace_export"), None)):
            self.outline.exports[text_of(space.named_children[-1])] = ""
        value = node.child_by_field_name("value")
        if value is not None:
            self.outline.exports["default"] = text_of(value) if value.type == "identifier" else ""
        if declared is not None:
            names = [text_of(declared.child_by_field_name("name"))]
            if declared.type in ("lexical_declaration", "variable_declaration"):
                names = [n for d in declared.named_children for n in bound_names(d.child_by_field_name("name"))]
            for name in names:
                self.outline.exports["default" if is_default else name] = name

    def _common_js(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        target = text_of(left)
        if right is None or not target.startswith(("exports.", "module.exports")):
            return
        public = target.removeprefix("module.").removeprefix("exports").removeprefix(".")
        if public and "." not in public:
            self.outline.exports[public] = text_of(right) if right.type == "identifier" else public
            if right.type in FUNCTIONS:
                self.add(node, public, "function", owner="", parameters=parameters(right), exported=True)
        elif not public:
            self.outline.exports["default"] = text_of(right) if right.type == "identifier" else ""
        for part in right.named_children if not public and right.type == "object" else ():
            key = part.child_by_field_name("key") or part.child_by_field_name("name")
            value = part.child_by_field_name("value")
            if part.type == "shorthand_property_identifier":
                self.outline.exports[text_of(part)] = text_of(part)
            elif key is not None:
                self.outline.exports[text_of(key)] = text_of(value) if value is not None else text_of(key)
            else:
                self.outline.macros = True  # a spread object

    def _bases(self, node: Node, name: str) -> None:
        heritage = [c for c in node.named_children if "heritage" in c.type or "extends" in c.type]
        self.outline.bases[name] = tuple(text_of(n) for h in heritage for n in names_below(h))

    def _members(self, node: Node, name: str) -> None:
        """Members of an enum, and the literals of a union of strings."""
        body, value = node.child_by_field_name("body"), node.child_by_field_name("value")
        if node.type == "enum_declaration" and body is not None:
            for part in body.named_children:
                key = part.child_by_field_name("name") or part
                if key.type in ("property_identifier", "string"):
                    self.add(part, text_of(key).strip("'\""), "member", owner=name)
        for literal in literals(value) if value is not None and value.type == "union_type" else ():
            self.add(literal, unquoted(literal), "literal", owner=name)

    def _method(self, node: Node, name: str) -> None:
        if any(c.type in ("get", "set") for c in node.children):
            self.add(node, name, "property")
            return
        kind = "constructor" if name == "constructor" else "method"
        self.add(node, name, kind, parameters=parameters(node), prototype=node.type != "method_definition")
        for part in (node.child_by_field_name("parameters") or node).named_children if kind == "constructor" else ():
            if part.named_children and part.named_children[0].type == "accessibility_modifier":
                found = parameters_of([part])
                self.outline.fields[f"{self.owner[-1] if self.owner else ''}.{found[0].name}"] = plain(found[0].type)

    def _field(self, node: Node) -> None:
        name = text_of(node.child_by_field_name("name") or node.child_by_field_name("property"))
        value, kind = node.child_by_field_name("value"), text_of(node.child_by_field_name("type"))
        if value is not None and value.type in FUNCTIONS:
            self.add(node, name, "method", parameters=parameters(value))
        elif self.owner:
            made = self.made_by(value) if value is not None else ""
            self.outline.fields[f"{self.owner[-1]}.{name}"] = plain(kind) or plain(made)

    def _variable(self, node: Node, name: str, depth: int) -> None:
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if value is not None and (module := required(value)) and target is not None:
            if target.type == "identifier":
                self.outline.imports[name] = Import(module, "*")
            for part in target.named_children if target.type == "object_pattern" else ():
                key = text_of(part.child_by_field_name("key")) or text_of(part)
                self.outline.imports[text_of(part.child_by_field_name("value")) or key] = Import(module, key)
            return
        if depth or target is None or self.owner:
            return
        if target.type != "identifier":
            for one in bound_names(target):
                self.add(node, one, "constant", owner="", exported=False)
            return
        if value is not None and value.type in FUNCTIONS:
            self.add(node, name, "function", owner="", parameters=parameters(value), exported=False)
            self._returns(name, value)
        else:
            fixed = node.parent is not None and any(c.type == "const" for c in node.parent.children)
            self.add(node, name, "constant", owner="", exported=False, value=text_of(value) if fixed else "")

    def _returns(self, name: str, node: Node) -> None:
        if kind := plain(text_of(node.child_by_field_name("return_type"))):
            self.outline.returns[name] = kind

    def variables(self, node: Node) -> None:
        """Add the variables that a node declares."""
        if node.type == "variable_declarator":
            kind = text_of(node.child_by_field_name("type"))
            target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            known = plain(kind) or (self.type_of(value) if value is not None else "")
            if (value is None or not required(value)) and len(self.scopes) > 1:
                for name in bound_names(target):
                    self.bind(name, known)
            elif target is not None and target.type == "identifier" and known:
                self.scopes[0][text_of(target)] = known
        elif node.type in self.functions:
            listed = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
            for part in listed.named_children if listed is not None and listed.type == "formal_parameters" else (listed,):
                if part is not None:
                    kind = plain(text_of(part.child_by_field_name("type")))
                    for name in bound_names(part.child_by_field_name("pattern") or part):
                        self.bind(name, kind)

    def bound_below(self, node: Node) -> frozenset[str]:
        """Names that a function declares: functions in it may use them before the declaration."""
        return bound_in(node, self.functions)

    def usage(self, node: Node) -> None:
        """Add the uses at a node."""
        kind = node.type
        if kind in ("call_expression", "new_expression"):
            self._call(node)
        elif kind == "member_expression" and not is_called(node):
            self.note(node.child_by_field_name("property") or node, "name", node.child_by_field_name("object"))
        elif kind in ("import_specifier", "export_specifier"):
            self._specifier(node)
        elif kind in ("shorthand_property_identifier_pattern", "pair_pattern"):
            self._destructured(node)
        elif kind == "switch_case":
            self._case(node)
        elif kind == "identifier" and node.parent is not None and node.parent.type in _READING:
            self.note(node, "name")

    def _call(self, node: Node) -> None:
        is_new = node.type == "new_expression"
        called = node.child_by_field_name("constructor" if is_new else "function")
        listed = node.child_by_field_name("arguments")
        count = 0 if is_new and listed is None else arguments_in(listed)
        if called is not None and called.type == "identifier":
            self.note(called, "new" if is_new else "call", None, count)
        elif called is not None and called.type == "member_expression":
            self.note(called.child_by_field_name("property") or called, "call", called.child_by_field_name("object"), count)

    def _specifier(self, node: Node) -> None:
        statement = node.parent
        while statement is not None and statement.type not in ("import_statement", "export_statement"):
            statement = statement.parent
        source = statement.child_by_field_name("source") if statement is not None else None
        if source is not None:
            self.note(node.child_by_field_name("name") or node, "import", source)

    def _destructured(self, node: Node) -> None:
        """`const { name } = require("module")`."""
        declared = node.parent.parent if node.parent is not None else None
        value = declared.child_by_field_name("value") if declared is not None else None
        if value is not None and required(value):
            arguments = value.child_by_field_name("arguments")
            key = node.child_by_field_name("key") or node
            self.note(key, "import", arguments.named_children[0] if arguments is not None else None)

    def _case(self, node: Node) -> None:
        value = node.child_by_field_name("value")
        if value is None or value.type != "string" or node.parent is None:
            return
        cases = [c.child_by_field_name("value") for c in node.parent.named_children if c.type == "switch_case"]
        others = tuple(unquoted(c) for c in cases if c is not None and c.type == "string" and c != value)
        self.note(value, "case", siblings=others)

    def made_by(self, node: Node) -> str:
        """The class whose instance an expression creates."""
        if node.type == "new_expression":
            return text_of(node.child_by_field_name("constructor"))
        if node.type == "call_expression":
            return self.outline.returns.get(text_of(node.child_by_field_name("function")), "")
        if node.type == "as_expression":
            return text_of(node.named_children[-1])
        return ""

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        """(receiver, name) of a member access."""
        if node.type == "member_expression":
            return node.child_by_field_name("object"), node.child_by_field_name("property")
        return None, None


_READING = frozenset(
    {
        "arguments",
        "array",
        "assignment_expression",
        "binary_expression",
        "extends_clause",
        "class_heritage",
        "jsx_expression",
        "jsx_opening_element",
        "jsx_self_closing_element",
        "pair",
        "return_statement",
        "ternary_expression",
        "template_substitution",
        "type_annotation",
        "variable_declarator",
    }
)
