"""Which files of a repository import which, as far as the names of modules lead to files."""

from __future__ import annotations

from collections.abc import Iterator

from indexers.graph.facts import Repository
from indexers.graph.modules import Modules
from indexers.stores import symbols
from indexers.stores.catalog import Catalog

RESOLVED = frozenset({"python", "javascript", "typescript", "tsx", "jsx", "vue", "svelte", "go", "java", "rust"})
"""The languages whose modules are found."""


def file_imports(catalog: Catalog) -> list[tuple[str, str]]:
    """(importing file, imported file or folder), each pair once, for languages whose imports name modules that can be found."""
    modules = Repository(catalog).modules
    found: set[tuple[str, str]] = set()
    for path, language, imported in symbols.imports_of_files(catalog):
        if language in RESOLVED:
            found.update((path, target) for name in imported for target in _targets(modules, name, path, language))
    return sorted((source, target) for source, target in found if source != target)


def _targets(modules: Modules, imported: str, importer: str, language: str) -> Iterator[str]:
    """The files of `module` or `module:name`; of a package that has a module of this name, that module."""
    module, _, name = imported.partition(":")
    if language == "rust":
        yield from modules.find(f"{module}.{name}" if name else module, importer, language) or ()
        return
    for target in modules.find(module, importer, language) or ():
        yield (modules.submodule(target, name) if name and language == "python" else "") or target
