"""The resolver: its parts, what they share, and the question that the graph asks of it."""

from __future__ import annotations

from indexers.graph.facts import File, Repository
from indexers.graph.resolution.expressions import Expressions
from indexers.graph.resolution.imports import Imports
from indexers.graph.resolution.members import Members
from indexers.graph.resolution.names import SCRIPT, Names
from indexers.graph.resolution.rust import RustResolver
from indexers.graph.values import UNKNOWN, Value
from indexers.stores import symbols
from indexers.syntax.languages import WITH_RECEIVERS
from indexers.types import Definition, RawUse

_MENTIONS = frozenset({"argument", "entry", "value"})
_DEEPEST = 12
"""The longest chain of expressions and imports that is followed."""


def family(language: str) -> str:
    """The languages that can use each other's definitions, by one name."""
    if language in SCRIPT:
        return "script"
    return {"c": "c", "cpp": "c", "kotlin": "java", "scala": "java"}.get(language, language)


class Resolver:
    """Resolves uses of names in one snapshot of an index."""

    def __init__(self, repository: Repository) -> None:
        """`repository`: the files that are read."""
        self.repository = repository
        self.expressions = Expressions(self)
        self.names = Names(self)
        self.imports = Imports(self)
        self.members = Members(self)
        self.rust = RustResolver(self)
        self.depth = 0  # of the expressions and imports that are being followed

    @property
    def is_too_deep(self) -> bool:
        """Whether nothing more is followed."""
        return self.depth >= _DEEPEST

    def target(self, use: RawUse) -> Definition | Value:
        """The definition that a use belongs to, a module, `OUTSIDE` or `UNKNOWN`."""
        file = self.repository.file(use.path)
        if file.language not in WITH_RECEIVERS:
            return UNKNOWN
        if file.language == "rust":
            return self.rust.target(use)
        if use.kind == "import":
            return self._imported(file, use)
        fields = file.language == "java" and use.kind in _MENTIONS
        if not use.receiver:
            return self._aliased(self.names.name(use.name, file, use.line, fields=fields))
        receiver = self.expressions.value(use.receiver, file, use.line)
        return self._aliased(self.members.member(receiver, use.name, fields=fields))

    def named(self, name: str) -> list[Definition]:
        """The definitions of a name in the repository."""
        return symbols.definitions_named(self.repository.catalog, name)

    def _aliased(self, found: Definition | Value) -> Definition | Value:
        """The definition behind a value that has one, such as a local name of a function."""
        if isinstance(found, Value) and found.definition is not None and found.kind in ("function", "class"):
            return found.definition
        return UNKNOWN if isinstance(found, Value) and found.kind in ("instance", "super", "list") else found

    def _imported(self, file: File, use: RawUse) -> Definition | Value:
        for modules in file.imports.values():
            for module in modules:
                if module.rpartition(":")[2].rpartition(".")[2].rpartition("/")[2] == use.name:
                    return self.imports.imported(module, file)
        return UNKNOWN
