"""Resolves names in Python files: whether a use refers to a given definition, by imports and inferred classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from codeassist.evidence.parsed_source import dotted
from codeassist.tasks.review.analysers.scopes import Scope

CERTAIN, LIKELY, UNKNOWN = 1.0, 0.75, 0.0


@dataclass(frozen=True, slots=True)
class ResolvedUse:
    """A use of a changed name, with the certainty (0 to 1) that it refers to the changed definition."""

    line: int
    node: ast.AST
    certainty: float
    kind: str
    """`call`, `import`, `attribute`, `override` or `name`."""

    parent: ast.AST | None = None


def uses(
    tree: ast.Module,
    path: str,
    defined_in: str,
    name: str,
    owner: str,
    *,
    unique: bool,
    reads: bool = False,
    packages: frozenset[str] = frozenset(),
) -> Iterator[ResolvedUse]:
    """Uses in one file of `name`, which `defined_in` defines at its top level or in the class `owner`.

    `unique` states that nothing else in the repository defines this name; a method call on an unknown receiver is then likely a
    use. With `reads`, methods that are read without a call are uses too: as an attribute of an instance, or as a name in the
    class's body (`@name`, `{"a": name}`). `packages` are the
    dotted names of packages that pass the definition on (`reexports`).
    """
    target = _Target.of(Scope(tree, path, defined_in, packages), name, owner, unique=unique)
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
        elif isinstance(node, ast.Name) and (target.is_name(node) or (reads and target.is_member_name(node))):
            yield ResolvedUse(node.lineno, node, CERTAIN, "name", target.scope.parents.get(node))


@dataclass(frozen=True, slots=True)
class _Target:
    """A changed definition, and the names by which one file can refer to it."""

    scope: Scope
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
    def of(cls, scope: Scope, name: str, owner: str, *, unique: bool) -> Self:
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

    def is_member_name(self, node: ast.Name) -> bool:
        """Whether a name that is read in the body of the definition's class is the definition."""
        if not self.owner or node.id != self.name or not isinstance(node.ctx, ast.Load):
            return False
        scope = self.scope
        around = scope.class_body_of(node) if scope.path == scope.defined_in else None
        return around is not None and around.name == self.class_name and not scope.is_global(node.id)

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
        if isinstance(receiver, ast.Attribute) and dotted(receiver) in {f"{module}.{self.owner}" for module in self.modules}:
            return CERTAIN  # module.Class.method(...)
        if isinstance(receiver, ast.Call) and self.reachable and dotted(receiver.func).rpartition(".")[2] == class_name:
            return CERTAIN
        if (
            isinstance(receiver, ast.Attribute)
            and dotted(receiver.value) == "self"
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
        if self.class_name in {dotted(b).rpartition(".")[2] for b in around.bases} and self.reachable:
            overridden = any(isinstance(m, ast.FunctionDef) and m.name == self.name for m in around.body)
            return UNKNOWN if overridden else CERTAIN
        return UNKNOWN

    def _is_module(self, node: ast.expr) -> bool:
        """Whether an expression refers to the definition's module and is not shadowed."""
        return dotted(node) in self.modules and not (isinstance(node, ast.Name) and self.scope.shadowed(node))
