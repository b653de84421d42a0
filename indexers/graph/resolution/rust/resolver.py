"""The resolver of Rust: its parts, and the questions that the graph asks of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from indexers.graph.crates import Crates
from indexers.graph.facts import CLASSES, File
from indexers.graph.resolution.rust.expressions import Expressions
from indexers.graph.resolution.rust.members import Members
from indexers.graph.resolution.rust.scopes import Scopes, type_around
from indexers.graph.values import OUTSIDE, UNKNOWN, Value
from indexers.syntax.rust_expressions import MACRO, closing, type_text
from indexers.types import Definition, RawUse

if TYPE_CHECKING:
    from indexers.graph.resolution.resolver import Resolver


class RustResolver:
    """Resolves uses in files of Rust."""

    def __init__(self, resolver: Resolver) -> None:
        """`resolver` has the repository, and the depth that is shared with other languages."""
        self.resolver = resolver
        self.depth = 0  # of the answers that are being looked for
        self.steps = 0  # since the outermost of these
        self.unfinished = 0  # answers that could not wait for another
        self.scopes = Scopes(self)
        self.members = Members(self)
        self.expressions = Expressions(self)
        self.of = self.expressions.of

    @cached_property
    def crates(self) -> Crates:
        """Which file is which module."""
        return self.resolver.repository.modules.crates

    def file(self, path: str) -> File:
        """The facts about a file."""
        return self.resolver.repository.file(path)

    def target(self, use: RawUse) -> Definition | Value:
        """The definition that a use belongs to, a module, `OUTSIDE` or `UNKNOWN`."""
        file = self.file(use.path)
        if use.kind == "import":
            return self._imported(file, use)
        if use.receiver.endswith(MACRO):
            return self._macro(use)
        if use.receiver.endswith("::"):
            owner = self.expressions.value(use.receiver, file, use.line)
            found = self.scopes.member(owner, use.name, types=use.kind == "type")
            is_variant = isinstance(found, Value) and found.kind == "instance"
            return OUTSIDE if is_variant else self._plain(found)
        if use.receiver:
            return self._plain(
                self.members.called(self.expressions.value(use.receiver, file, use.line, name=use.name), use.name)
            )
        if use.kind in ("type", "base"):
            return self._plain(self.scopes.first(use.name, file, use.line, path=True))
        local = self.expressions.local(use.name, file, use.line, use.name, before=False)
        if local is not None:
            return self._plain(local)
        found = self.scopes.first(use.name, file, use.line, path=False)
        if isinstance(found, Value) and found.kind in ("outside", "unknown") and use.kind == "value":
            found = self.scopes.first(use.name, file, use.line, path=True)  # the first part of a path
        return self._plain(found)

    @staticmethod
    def _plain(found: Definition | Value) -> Definition | Value:
        """The definition behind the name of a function or type; other values belong to no definition."""
        if isinstance(found, Definition):
            return found
        if found.definition is not None and found.kind in ("function", "class"):
            return found.definition
        return found if found.kind in ("outside", "local", "module") else UNKNOWN

    def _macro(self, use: RawUse) -> Definition | Value:
        named = [d for d in self.resolver.named(use.name) if d.kind == "macro" and d.language == "rust"]
        here = [d for d in named if d.path == use.path]
        if len(named) == 1 or here:
            return (here or named)[0]
        return UNKNOWN if named else OUTSIDE

    def _imported(self, file: File, use: RawUse) -> Definition | Value:
        for values in file.imports.values():
            for value in values:
                if value.rpartition(":")[2].rpartition(".")[2] == use.name:
                    return self.scopes.imported(value, file)
        return UNKNOWN

    def own_type(self, file: File, line: int) -> Definition | None:
        """The type or trait that `Self` means at a line: that of an `impl` where it is in the repository, else the `impl`."""
        around = type_around(file, line)
        return self.type_of(around) or around if around is not None else None

    def type_of(self, around: Definition) -> Definition | None:
        """The type of the repository to which an `impl` adds methods; None when it is defined elsewhere."""
        if around.kind != "impl":
            return around
        file = self.file(around.path)
        same = file.by_qualified_name.get(around.qualified_name)
        if same is not None and same.kind != "impl":
            return same
        stated = implemented_type(around.signature)
        if "::" in stated:
            found = self.expressions.of_type(stated, file, around.line)
        else:
            found = self.of(self.scopes.first(around.name, file, around.line, path=True))
        return found.definition if found.kind in ("class", "instance") else None

    def base(self, use: RawUse) -> Definition | Value:
        """The trait that `impl Trait for Type` or the bound of a trait names."""
        found = self.target(use)
        if isinstance(found, Definition):
            return found if found.kind in CLASSES else UNKNOWN
        return found if found == OUTSIDE else UNKNOWN

    def is_field(self, owner: Definition, name: str) -> bool:
        """Whether a type has a field of this name."""
        return bool(self.file(owner.path).bindings.get((owner.qualified_name, name)))

    def field(self, value: Value, name: str, file: File, line: int) -> Value:
        """The value of a field; of one whose type is a parameter by the bounds at the use."""
        owner = value.definition
        if owner is None or value.kind != "instance":
            return OUTSIDE if value == OUTSIDE else UNKNOWN
        home = self.file(owner.path)
        bindings = home.bindings.get((owner.qualified_name, name))
        if not bindings:
            return UNKNOWN
        stated = bindings[0].value
        found = self.expressions.value(stated, home, owner.line)
        return found if found != UNKNOWN else self.expressions.bound_parameter(stated.removeprefix(":"), file, line) or UNKNOWN


def implemented_type(signature: str) -> str:
    """The type in the signature of an `impl`, as `type_text` and without parameters."""
    text = signature.removeprefix("unsafe ").removeprefix("impl").lstrip()
    if text.startswith("<"):
        text = text[max(0, closing(text, 0)) :]
    return type_text(text.rpartition(" for ")[2]).partition("<")[0]
