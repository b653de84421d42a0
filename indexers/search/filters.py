"""Which chunks a search may return: by path, language, kind, and tests or not."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from indexers.errors import QueryError
from indexers.files.globs import is_glob, make_spec
from indexers.stores.catalog import Catalog
from indexers.stores.chunks import chunks_that_pass, kinds
from indexers.syntax.languages import PLAIN, detect, names
from indexers.types import Ids


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters applied before ranking. `tests`: None for both, True for only tests, False for no tests."""

    paths: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tests: bool | None = None

    def __bool__(self) -> bool:
        """Whether any filter is set."""
        return bool(self.paths or self.languages or self.kinds or self.tests is not None)


def chunks_allowed(catalog: Catalog, root: Path, filters: Filters) -> Ids:
    """The ids of all chunks that pass the filters. Raises `QueryError` for an invalid filter."""
    if filters.kinds:
        indexed_kinds = kinds(catalog)
        if unknown := next((kind for kind in filters.kinds if kind not in indexed_kinds), None):
            raise QueryError(f"Unknown kind '{unknown}'; the indexed kinds are {', '.join(indexed_kinds)}.")
    path_filter = None
    if filters.paths:
        globs = [_relative(root, glob) for glob in filters.paths]
        if invalid := next((glob for glob in globs if not glob or not is_glob(glob)), None):
            raise QueryError(f"'{invalid}' is not a valid path pattern.")
        spec = make_spec(globs)
        assert spec is not None
        path_filter = spec.match_file
    languages = [_language(name) for name in filters.languages]
    return chunks_that_pass(catalog, languages=languages, kinds=filters.kinds, tests=filters.tests, path=path_filter)


def _relative(folder: Path, glob: str) -> str:
    """A path filter relative to the root, without a leading `./`."""
    root = folder.as_posix() + "/"
    return glob.removeprefix(root) if glob.startswith(root) else glob.removeprefix("./")


def _language(name: str) -> str:
    """The language with this name or file extension; raises `QueryError` with the closest name."""
    if name in names():
        return name
    detected = detect(f"x.{name}").name
    if detected != PLAIN.name:
        return detected
    close = get_close_matches(name, names(), n=1) or [known for known in names() if len(known) > 1 and name.startswith(known)]
    guess = f"; did you mean '{close[0]}'?" if close else "."
    raise QueryError(f"Unknown language '{name}'{guess} Known are {', '.join(names())}.")
