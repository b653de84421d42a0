"""The methods of an index about definitions, their uses and their names."""

from __future__ import annotations

from collections.abc import Sequence

from indexers.index.opened import OpenIndex
from indexers.types import USE_KINDS, CoveringTest, Definition, Use


class SymbolMethods(OpenIndex):
    """Find definitions, and what they use and are used by."""

    def definitions(self, name: str, limit: int = 50) -> list[Definition]:
        """Definitions of a name or a qualified name (`Session.get`), most likely first.

        Only the best kind of match is returned: exact, else case-insensitive, else names that contain the text.
        """
        from indexers.graph.definitions import definitions

        return self._read(lambda view: definitions(view.catalog, name, limit))

    def callers(self, name: str, limit: int = 200, kinds: Sequence[str] = USE_KINDS) -> list[Use]:
        """Uses of a name or a qualified name, of the given kinds: resolved ones first, code before tests, calls first."""
        from indexers.graph.references import callers

        return self._read(lambda view: callers(view.catalog, name, limit, kinds))

    def callees(self, name: str, limit: int = 100) -> list[tuple[Use, Definition | None]]:
        """The calls in the best definition of `name`, in order, each with its most likely definition in the repository."""
        from indexers.graph.references import callees

        return self._read(lambda view: callees(view.catalog, name, limit))

    def callees_of(self, definition: Definition, limit: int = 100) -> list[tuple[Use, Definition | None]]:
        """The calls in one definition, in order, each name once."""
        from indexers.graph.references import callees_of

        return self._read(lambda view: callees_of(view.catalog, definition, limit))

    def implementations(self, name: str, limit: int = 200) -> list[Definition]:
        """The classes that extend or implement a type, or the methods that override a method."""
        from indexers.graph.implementations import implementations

        return self._read(lambda view: implementations(view.catalog, name, limit))

    def tests_of(self, name: str, limit: int = 200) -> list[CoveringTest]:
        """The tests that reach the definitions of a name through calls, the most direct first."""
        from indexers.graph.coverage import covering

        return self._read(lambda view: covering(view.catalog, name, limit))

    def outline(self, path: str) -> list[Definition]:
        """The definitions of a file in order, without variables, fields, aliases and prototypes."""
        from indexers.graph.definitions import major
        from indexers.stores.symbols import definitions_of_file

        return self._read(lambda view: major(definitions_of_file(view.catalog, path)))

    def definitions_in(self, path: str, start: int, end: int) -> list[Definition]:
        """The definitions that start in lines `start` to `end` of a file, in order."""
        from indexers.stores.symbols import definitions_in_span

        return self._read(lambda view: definitions_in_span(view.catalog, path, start, end))

    def definitions_of_kinds(self, kinds: Sequence[str], lines: int = 1) -> list[Definition]:
        """Every definition of these kinds with at least `lines` lines, by path and line, outer before inner ones."""
        from indexers.stores.symbols import definitions_of_kinds

        return self._read(lambda view: definitions_of_kinds(view.catalog, kinds, lines))

    def definition_at(self, path: str, line: int) -> Definition | None:
        """The innermost definition around a line, without variables, fields, aliases and prototypes."""
        from indexers.graph.definitions import major
        from indexers.stores.symbols import definitions_around

        return next(iter(self._read(lambda view: major(definitions_around(view.catalog, path, line)))), None)

    def members(self, owner: str, limit: int = 200) -> list[Definition]:
        """What is defined directly in the classes of this name."""
        from indexers.stores.symbols import members_of

        return self._read(lambda view: members_of(view.catalog, owner, limit))

    def names(self, prefix: str, limit: int = 50) -> list[tuple[str, int]]:
        """(name, number of uses) of the most used names that begin with `prefix`, which is not empty."""
        from indexers.stores.symbols import names_with_prefix

        return self._read(lambda view: names_with_prefix(view.catalog, prefix, limit)) if prefix else []

    def knows_name(self, name: str) -> bool:
        """Whether a name is defined, used or imported anywhere."""
        from indexers.stores.symbols import is_known_name

        return self._read(lambda view: is_known_name(view.catalog, name))

    def defines(self, name: str) -> bool:
        """Whether a name is defined anywhere, ignoring case."""
        from indexers.stores.symbols import is_defined

        return self._read(lambda view: is_defined(view.catalog, name))

    def file_imports(self) -> list[tuple[str, str]]:
        """(importing file, imported file or folder), each pair once, where the name of a module leads to a file."""
        from indexers.graph.file_imports import file_imports

        return self._read(lambda view: file_imports(view.catalog))

    def file_ranks(self) -> dict[str, float]:
        """The PageRank of each file, where a file links to the files that define the names it uses; sums to 1."""
        from indexers.graph.centrality import file_ranks

        return self._read(lambda view: file_ranks(view.catalog))
