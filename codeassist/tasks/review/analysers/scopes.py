"""The names of one Python file: what imports bind them to, which functions shadow them, and which class they hold."""

from __future__ import annotations

import ast
import builtins
from pathlib import PurePosixPath

from codeassist.evidence.parsed_source import dotted
from codeassist.tasks.review.analysers.availability import bound, statements

SCOPE = "_codeassist_scope"
"""The attribute of a tree in which the result of a walk over it is cached."""


def module_names(path: str) -> set[str]:
    """The names under which a file may be imported: its dotted path, with any number of leading folders (`src`) removed."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if parts and parts[-1] == "__init__":
        parts.pop()
    return {".".join(parts[start:]) for start in range(len(parts))}


class Scope:
    """The nodes, imports and scopes of one file."""

    def __init__(self, tree: ast.Module, path: str, defined_in: str, packages: frozenset[str] = frozenset()) -> None:
        self.tree, self.path, self.defined_in = tree, path, defined_in
        self.homes = module_names(defined_in) | packages
        self.nodes: list[ast.AST] = [tree]
        self.parents: dict[ast.AST, ast.AST] = {}
        self.froms: dict[str, tuple[str, str]] = {}
        self.imports: dict[str, str] = {}
        cached = getattr(tree, SCOPE, None)
        if cached is not None and cached[0] == path:  # from the search for another name
            _, self.nodes, self.parents, self.froms, self.imports = cached
            return
        setattr(tree, SCOPE, (path, self.nodes, self.parents, self.froms, self.imports))
        for node in self.nodes:  # breadth first, as `ast.walk`: the list grows during the loop
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                self.nodes.append(child)
            if isinstance(node, ast.ImportFrom):
                home = self._absolute(node)
                for alias in node.names:
                    self.froms[alias.asname or alias.name] = (home, alias.name)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = alias.name

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = list(PurePosixPath(self.path).parts[:-1])
        package = package[: len(package) - (node.level - 1)] if node.level > 1 else package
        return ".".join([*package, *([node.module] if node.module else [])])

    def is_home(self, node: ast.ImportFrom) -> bool:
        """Whether an import is from the module of the definition."""
        return self._absolute(node) in self.homes

    def local_names(self, name: str) -> set[str]:
        """Names in this file that are bound to a top-level definition of the changed module."""
        names = {alias for alias, (home, original) in self.froms.items() if home in self.homes and original == name}
        if self.path == self.defined_in:
            names.add(name)
        return names

    def is_class(self, base: ast.expr, cls: ast.ClassDef, owner: str, local: set[str], modules: set[str]) -> bool:
        """Whether a base of a class is the class `owner`, by a name bound to it or as an attribute of its module."""
        if isinstance(base, ast.Subscript):  # a generic class
            base = base.value
        written = dotted(base)
        if "." in owner:
            return written.rpartition(".")[2] == owner.rpartition(".")[2] and bool(local or modules)
        if isinstance(base, ast.Name):
            scopes = [self.tree] if self.path != self.defined_in else []
            scopes += [s for s in (self.parents.get(cls),) if isinstance(s, ast.ClassDef)]  # type: ignore[misc]
            hidden = {n.name for s in scopes for n in s.body if isinstance(n, ast.ClassDef)}
            return base.id in local and base.id not in hidden
        return any(written == f"{module}.{owner}" for module in modules)

    def module_aliases(self) -> set[str]:
        """Dotted names in this file that are bound to the changed module."""
        aliases = {alias for alias, original in self.imports.items() if original in self.homes}
        for alias, (home, original) in self.froms.items():
            if (f"{home}.{original}" if home else original) in self.homes:
                aliases.add(alias)
        return aliases

    def is_module(self, node: ast.expr) -> bool:
        """Whether an expression starts with an imported name, and so is not an instance of the definition's class."""
        first = dotted(node).partition(".")[0]
        return first in self.imports or first in self.froms

    def _around(self, node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> ast.AST | None:
        current = self.parents.get(node)
        while current is not None and not isinstance(current, kinds):
            current = self.parents.get(current)
        return current

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The innermost class around a node."""
        around = self._around(node, (ast.ClassDef,))
        return around if isinstance(around, ast.ClassDef) else None

    def class_body_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class in whose body a node is evaluated: in its statements and decorators, not in its methods or annotations."""
        below, current = node, self.parents.get(node)
        while current is not None and not isinstance(current, ast.ClassDef):
            if isinstance(current, ast.Lambda | ast.arg | ast.comprehension) or (
                isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef) and below not in current.decorator_list
            ):
                return None
            if isinstance(current, ast.AnnAssign) and below is current.annotation:
                return None
            below, current = current, self.parents.get(current)
        return current if isinstance(current, ast.ClassDef) and below in current.body else None

    def is_global(self, name: str) -> bool:
        """Whether a name is a built-in one, or bound at the top of the file."""
        return hasattr(builtins, name) or any(name in bound(node) for node in statements(self.tree.body))

    def shadowed(self, name: ast.Name) -> bool:
        """Whether an enclosing function binds the name to something else."""
        function = self._around(name, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        while function is not None:
            arguments = function.args  # type: ignore[attr-defined]
            bound = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            if name.id in bound | stored:
                return True
            function = self._around(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        return False

    def holds(self, name: ast.Name, class_name: str) -> bool:
        """Whether a variable is an instance of a class, by its annotation or by the assignments in the same function."""
        function = self._around(name, (ast.FunctionDef, ast.AsyncFunctionDef)) or self.tree
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
                if argument.arg == name.id:
                    return _annotated(argument.annotation, class_name)
        assignments = [
            n
            for n in ast.walk(function)
            if isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name.id for t in n.targets)
        ]
        return bool(assignments) and all(_makes(n.value, class_name) for n in assignments)

    def attribute_holds(self, attribute: ast.Attribute, class_name: str) -> bool:
        """Whether every assignment to `self.x` in the enclosing class is an instance of a class."""
        around = self.class_of(attribute)
        values = [
            n.value
            for n in ast.walk(around or self.tree)
            if isinstance(n, ast.Assign)
            and any(isinstance(t, ast.Attribute) and t.attr == attribute.attr and dotted(t.value) == "self" for t in n.targets)
        ]
        return bool(values) and all(_makes(value, class_name) for value in values)


def _makes(value: ast.expr, class_name: str) -> bool:
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] == class_name


def _annotated(annotation: ast.expr | None, class_name: str) -> bool:
    if annotation is None:
        return False
    text = ast.unparse(annotation).strip("'\"").replace("Optional[", "").replace("]", "")
    return class_name in {part.strip().rpartition(".")[2] for part in text.split("|")}
