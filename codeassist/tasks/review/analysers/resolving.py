"""Resolves names in Python files: whether a use refers to a given definition, by imports and inferred classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

CERTAIN, LIKELY, UNKNOWN = 1.0, 0.75, 0.0
SCOPE = "_codeassist_scope"
"""The attribute of a tree in which the result of a walk over it is cached."""


@dataclass(frozen=True, slots=True)
class ResolvedUse:
    """A use of a changed name, with the certainty (0 to 1) that it refers to the changed definition."""

    line: int
    node: ast.AST
    certainty: float
    kind: str
    """`call`, `import`, `attribute`, `override` or `name`."""

    parent: ast.AST | None = None


def module_names(path: str) -> set[str]:
    """The names under which a file may be imported: its dotted path, with any number of leading folders (`src`) removed."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if parts and parts[-1] == "__init__":
        parts.pop()
    return {".".join(parts[start:]) for start in range(len(parts))}


def uses(
    tree: ast.Module, path: str, defined_in: str, name: str, owner: str, *, unique: bool, reads: bool = False
) -> Iterator[ResolvedUse]:
    """Uses in one file of `name`, which `defined_in` defines at its top level or in the class `owner`.

    `unique` states that nothing else in the repository defines this name; a method call on an unknown receiver is then likely a
    use. With `reads`, attributes of the class's instances that are read without a call are uses as well.
    """
    target = _Target.of(_Scope(tree, path, defined_in), name, owner, unique=unique)
    for node in target.scope.nodes:
        if isinstance(node, ast.Call):
            certainty = target.certainty_of_call(node.func)
            if certainty:
                yield ResolvedUse(node.lineno, node, certainty, "call", target.scope.parents.get(node))
        elif isinstance(node, ast.ClassDef):
            for method in target.overrides(node):
                yield ResolvedUse(method.lineno, method, CERTAIN, "override")
        elif isinstance(node, ast.ImportFrom):
            for _ in range(target.imports(node)):
                yield ResolvedUse(node.lineno, node, CERTAIN, "import")
        elif isinstance(node, ast.Attribute) and target.is_attribute(node):
            yield ResolvedUse(node.lineno, node, CERTAIN, "attribute", target.scope.parents.get(node))
        elif reads and owner and isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            parent = target.scope.parents.get(node)
            certainty = target.certainty_of_call(node)
            if certainty and not (isinstance(parent, ast.Call) and parent.func is node):
                yield ResolvedUse(node.lineno, node, certainty, "attribute", parent)
        elif isinstance(node, ast.Name) and target.is_name(node):
            yield ResolvedUse(node.lineno, node, CERTAIN, "name")


@dataclass(frozen=True, slots=True)
class _Target:
    """A changed definition, and the names by which one file can refer to it."""

    scope: _Scope
    name: str
    owner: str
    unique: bool
    local: set[str]
    """Names bound to the definition, or to the outermost class around it."""

    modules: set[str]
    """Dotted names bound to its module."""

    reexported: set[str]
    """Names imported from another module under which the definition may be re-exported."""

    @classmethod
    def of(cls, scope: _Scope, name: str, owner: str, *, unique: bool) -> Self:
        first = owner.partition(".")[0] or name
        local = scope.local_names(first)
        reexported = {bound for bound, (_, original) in scope.froms.items() if original == first} if not local else set()
        return cls(scope, name, owner, unique, local, scope.module_aliases(), reexported)

    @property
    def class_name(self) -> str:
        """The owner's own name, without the classes around it."""
        return self.owner.rpartition(".")[2]

    @property
    def reachable(self) -> bool:
        """Whether the file imports or contains the definition's class or module."""
        return bool(self.local or self.modules)

    def imports(self, node: ast.ImportFrom) -> int:
        """How many times an import names the definition."""
        if self.owner or not self.scope.is_home(node):
            return 0
        return sum(alias.name == self.name for alias in node.names)

    def is_attribute(self, node: ast.Attribute) -> bool:
        """Whether `module.name` is the definition."""
        return not self.owner and node.attr == self.name and self._is_module(node.value)

    def is_name(self, node: ast.Name) -> bool:
        """Whether a name that is read refers to the definition."""
        if self.owner or node.id not in self.local or not isinstance(node.ctx, ast.Load):
            return False
        return not self.scope.shadowed(node)

    def overrides(self, node: ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Methods of a class that override the definition."""
        scope = self.scope
        if not self.owner or (scope.path == scope.defined_in and node.name == self.class_name):
            return
        if any(scope.is_class(base, node, self.owner, self.local, self.modules) for base in node.bases):
            for member in node.body:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and member.name == self.name:
                    yield member

    def certainty_of_call(self, func: ast.expr) -> float:
        """The certainty that a called expression is the definition."""
        if self.owner:
            return self._certainty_of_method(func)
        certainty = self._certainty_of_function(func)
        if not certainty and isinstance(func, ast.Name) and func.id in self.reexported:
            return LIKELY if self.unique else UNKNOWN
        return certainty

    def _certainty_of_function(self, func: ast.expr) -> float:
        if isinstance(func, ast.Name):
            return CERTAIN if func.id in self.local and not self.scope.shadowed(func) else UNKNOWN
        if isinstance(func, ast.Attribute) and func.attr == self.name:
            return CERTAIN if self._is_module(func.value) else UNKNOWN
        return UNKNOWN

    def _certainty_of_method(self, func: ast.expr) -> float:
        if not isinstance(func, ast.Attribute) or func.attr != self.name:
            return UNKNOWN
        receiver, scope, class_name = func.value, self.scope, self.class_name
        if isinstance(receiver, ast.Name):
            if receiver.id in self.local:
                return CERTAIN  # Class.method(...)
            if receiver.id in ("self", "cls"):
                return self._certainty_on_self(func)
            if scope.holds(receiver, class_name):
                return CERTAIN if self.reachable else UNKNOWN
        if isinstance(receiver, ast.Attribute) and _dotted(receiver) in {f"{module}.{self.owner}" for module in self.modules}:
            return CERTAIN  # module.Class.method(...)
        if isinstance(receiver, ast.Call) and self.reachable and _dotted(receiver.func).rpartition(".")[2] == class_name:
            return CERTAIN
        if (
            isinstance(receiver, ast.Attribute)
            and _dotted(receiver.value) == "self"
            and scope.attribute_holds(receiver, class_name)
        ):
            return CERTAIN if self.reachable else UNKNOWN
        return LIKELY if self.unique and not scope.is_module(receiver) else UNKNOWN

    def _certainty_on_self(self, func: ast.Attribute) -> float:
        """The certainty that `self.name` or `cls.name` is the definition: in its class or a subclass without an override."""
        around = self.scope.class_of(func)
        if around is None:
            return UNKNOWN
        if around.name == self.class_name and self.scope.path == self.scope.defined_in:
            return CERTAIN
        if self.class_name in {_dotted(b).rpartition(".")[2] for b in around.bases} and self.reachable:
            overridden = any(isinstance(m, ast.FunctionDef) and m.name == self.name for m in around.body)
            return UNKNOWN if overridden else CERTAIN
        return UNKNOWN

    def _is_module(self, node: ast.expr) -> bool:
        """Whether an expression refers to the definition's module and is not shadowed."""
        return _dotted(node) in self.modules and not (isinstance(node, ast.Name) and self.scope.shadowed(node))


class _Scope:
    """The nodes, imports and scopes of one file."""

    def __init__(self, tree: ast.Module, path: str, defined_in: str) -> None:
        self.tree, self.path, self.defined_in = tree, path, defined_in
        self.homes = module_names(defined_in)
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
        names = {bound for bound, (home, original) in self.froms.items() if home in self.homes and original == name}
        if self.path == self.defined_in:
            names.add(name)
        return names

    def is_class(self, base: ast.expr, cls: ast.ClassDef, owner: str, local: set[str], modules: set[str]) -> bool:
        """Whether a base of a class is the class `owner`, by a name bound to it or as an attribute of its module."""
        if isinstance(base, ast.Subscript):  # a generic class
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
        """Dotted names in this file that are bound to the changed module."""
        aliases = {bound for bound, original in self.imports.items() if original in self.homes}
        for bound, (home, original) in self.froms.items():
            if (f"{home}.{original}" if home else original) in self.homes:
                aliases.add(bound)
        return aliases

    def is_module(self, node: ast.expr) -> bool:
        """Whether an expression starts with an imported name, and so is not an instance of the definition's class."""
        first = _dotted(node).partition(".")[0]
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
            and any(isinstance(t, ast.Attribute) and t.attr == attribute.attr and _dotted(t.value) == "self" for t in n.targets)
        ]
        return bool(values) and all(_makes(value, class_name) for value in values)


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
