"""What a name in a Python file means: a definition of another module, of its own, or of a class it can be seen to hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

CERTAIN, LIKELY, UNKNOWN = 1.0, 0.75, 0.0
SCOPE = "_codeassist_scope"
"""Where what a walk of a tree found is kept on the tree."""


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a changed name: its node, how sure it is that it means the changed definition, and in what way."""

    line: int
    node: ast.AST
    certainty: float
    kind: str
    """call, import, attribute, override or name."""


def module_names(path: str) -> set[str]:
    """The names under which a file may be imported: its dotted path, and that without leading folders such as `src`."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if parts and parts[-1] == "__init__":
        parts.pop()
    return {".".join(parts[start:]) for start in range(len(parts))}


def uses(tree: ast.Module, path: str, defined_in: str, name: str, owner: str, *, unique: bool) -> Iterator[Use]:
    """Uses in one file of `name`, which `defined_in` defines at its top level or in the class `owner`.

    `unique` says that nothing else in the repository defines a method of this name, which makes an unknown receiver likely.
    """
    scope = _Scope(tree, path, defined_in)
    first = owner.partition(".")[0] or name
    local = scope.local_names(first)
    modules = scope.module_aliases()
    reexported = {n for n, home in scope.froms.items() if home[1] == first} if not local else set()
    for node in scope.nodes:
        if isinstance(node, ast.ImportFrom) and not owner and scope.is_home(node):
            for alias in node.names:
                if alias.name == name:
                    yield Use(node.lineno, node, CERTAIN, "import")
        elif isinstance(node, ast.Call):
            certainty = _target(node.func, name, owner, local, modules, scope, unique=unique)
            if not certainty and not owner and isinstance(node.func, ast.Name) and node.func.id in reexported:
                certainty = LIKELY if unique else UNKNOWN
            if certainty:
                yield Use(node.lineno, node, certainty, "call")
        elif isinstance(node, ast.Attribute) and not owner and node.attr == name:
            hidden = isinstance(node.value, ast.Name) and scope.shadowed(node.value)
            if _dotted(node.value) in modules and not hidden:
                yield Use(node.lineno, node, CERTAIN, "attribute")
        elif isinstance(node, ast.Name) and not owner and node.id in local and isinstance(node.ctx, ast.Load):
            yield Use(node.lineno, node, CERTAIN, "name")
        elif isinstance(node, ast.ClassDef) and owner and (path != defined_in or node.name != owner.rpartition(".")[2]):
            inherits = any(scope.is_class(base, node, owner, local, modules) for base in node.bases)
            for member in node.body if inherits else ():
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and member.name == name:
                    yield Use(member.lineno, member, CERTAIN, "override")


def _target(func: ast.expr, name: str, owner: str, local: set[str], modules: set[str], scope: _Scope, *, unique: bool) -> float:
    """How sure it is that a called expression is the changed definition."""
    if not owner:
        if isinstance(func, ast.Name):
            return CERTAIN if func.id in local and not scope.shadowed(func) else UNKNOWN
        if isinstance(func, ast.Attribute) and func.attr == name:
            base = func.value
            hidden = isinstance(base, ast.Name) and scope.shadowed(base)
            return CERTAIN if _dotted(base) in modules and not hidden else UNKNOWN
        return UNKNOWN
    if not isinstance(func, ast.Attribute) or func.attr != name:
        return UNKNOWN
    receiver, last = func.value, owner.rpartition(".")[2]
    if isinstance(receiver, ast.Name):
        if receiver.id in local:
            return CERTAIN  # Class.method(...)
        if receiver.id in ("self", "cls"):
            around = scope.class_of(func)
            if around is not None and (around.name == last and scope.path == scope.defined_in):
                return CERTAIN
            if around is not None and last in {_dotted(b).rpartition(".")[2] for b in around.bases} and (local or modules):
                overridden = any(isinstance(m, ast.FunctionDef) and m.name == name for m in around.body)
                return UNKNOWN if overridden else CERTAIN
            return UNKNOWN
        if scope.holds(receiver, last):
            return CERTAIN if local or modules else UNKNOWN
    if isinstance(receiver, ast.Call) and _dotted(receiver.func).rpartition(".")[2] == last and (local or modules):
        return CERTAIN
    if isinstance(receiver, ast.Attribute) and _dotted(receiver.value) == "self" and scope.attribute_holds(receiver, last):
        return CERTAIN if local or modules else UNKNOWN
    return LIKELY if unique and not scope.is_module(receiver) else UNKNOWN


class _Scope:
    """Names, classes and functions of one file."""

    def __init__(self, tree: ast.Module, path: str, defined_in: str) -> None:
        self.tree, self.path, self.defined_in = tree, path, defined_in
        self.homes = module_names(defined_in)
        self.nodes: list[ast.AST] = [tree]
        self.parents: dict[ast.AST, ast.AST] = {}
        self.froms: dict[str, tuple[str, str]] = {}
        self.imports: dict[str, str] = {}
        known = getattr(tree, SCOPE, None)
        if known is not None and known[0] == path:  # walked for another name already
            _, self.nodes, self.parents, self.froms, self.imports = known
            return
        setattr(tree, SCOPE, (path, self.nodes, self.parents, self.froms, self.imports))
        for node in self.nodes:  # grows as it goes: breadth first, as `ast.walk`
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
        """Whether an import names the module of the definition."""
        return self._absolute(node) in self.homes

    def local_names(self, name: str) -> set[str]:
        """Names in this file that stand for a definition at the top of the changed module."""
        found = {bound for bound, (home, original) in self.froms.items() if home in self.homes and original == name}
        if self.path == self.defined_in:
            found.add(name)
        return found

    def is_class(self, base: ast.expr, cls: ast.ClassDef, owner: str, local: set[str], modules: set[str]) -> bool:
        """Whether a base of a class is the class `owner`: by a name that stands for it, or through its module."""
        if isinstance(base, ast.Subscript):  # a generic one
            base = base.value
        dotted = _dotted(base)
        if "." in owner:
            return dotted.rpartition(".")[2] == owner.rpartition(".")[2] and bool(local or modules)
        if isinstance(base, ast.Name):
            scopes = [self.tree] if self.path != self.defined_in else []
            scopes += [s for s in (self.parents.get(cls),) if isinstance(s, ast.ClassDef)]  # type: ignore[misc]
            hidden = {n.name for s in scopes for n in s.body if isinstance(n, ast.ClassDef)}
            return base.id in local and base.id not in hidden
        return any(dotted == f"{module}.{owner}" for module in modules)

    def module_aliases(self) -> set[str]:
        """Dotted names in this file that stand for the changed module."""
        found = {bound for bound, original in self.imports.items() if original in self.homes}
        for bound, (home, original) in self.froms.items():
            if (f"{home}.{original}" if home else original) in self.homes:
                found.add(bound)
        return found

    def is_module(self, node: ast.expr) -> bool:
        """Whether an expression is an imported name, which cannot be an instance of the repository's class."""
        first = _dotted(node).partition(".")[0]
        return first in self.imports or first in self.froms

    def _around(self, node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> ast.AST | None:
        current = self.parents.get(node)
        while current is not None and not isinstance(current, kinds):
            current = self.parents.get(current)
        return current

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class around a node."""
        found = self._around(node, (ast.ClassDef,))
        return found if isinstance(found, ast.ClassDef) else None

    def shadowed(self, name: ast.Name) -> bool:
        """Whether a function around gives the name another meaning."""
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
        """Whether a variable is seen to hold an instance: made in the same function, or annotated so."""
        function = self._around(name, (ast.FunctionDef, ast.AsyncFunctionDef)) or self.tree
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
                if argument.arg == name.id:
                    return _annotated(argument.annotation, class_name)
        made = [
            n
            for n in ast.walk(function)
            if isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name.id for t in n.targets)
        ]
        return bool(made) and all(_makes(n.value, class_name) for n in made)

    def attribute_holds(self, attribute: ast.Attribute, class_name: str) -> bool:
        """Whether `self.x` is assigned an instance in the class around."""
        around = self.class_of(attribute)
        made = [
            n.value
            for n in ast.walk(around or self.tree)
            if isinstance(n, ast.Assign)
            and any(isinstance(t, ast.Attribute) and t.attr == attribute.attr and _dotted(t.value) == "self" for t in n.targets)
        ]
        return bool(made) and all(_makes(value, class_name) for value in made)


def _makes(value: ast.expr, class_name: str) -> bool:
    return isinstance(value, ast.Call) and _dotted(value.func).rpartition(".")[2] == class_name


def _annotated(annotation: ast.expr | None, class_name: str) -> bool:
    if annotation is None:
        return False
    text = ast.unparse(annotation).strip("'\"").replace("Optional[", "").replace("]", "")
    return class_name in {part.strip().rpartition(".")[2] for part in text.split("|")}


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
