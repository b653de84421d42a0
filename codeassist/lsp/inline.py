"""Inline completion with a model that fills in the middle, which gets what the repository knows of the names at the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeassist.repositories import Repository
from indexers import Index
from indexers.files.globs import GlobSpec
from indexers.syntax.languages import detect

NEAR_LINES = 15
MOST_NAMES = 12
LONGEST_SIGNATURE = 160
_NAME = re.compile(r"[^\W\d]\w{2,}")
_HASH = ("python", "ruby", "shell", "bash", "yaml", "toml", "elixir", "perl", "r", "julia")


def inline(repository: Repository, path: str, before: str, after: str) -> str:
    """The text that a model puts between `before` and `after` of a buffer; empty without a model, or for a private file.

    Raises `CodeassistError` or `IndexerError`.
    """
    model = repository.services.infill
    private = GlobSpec(repository.services.config.privacy.never_send)
    if model is None or private.match_file(path):
        return ""
    with repository.index() as (index, _):
        known = list(_known(index, path, before, private))
    mark = "#" if detect(path).name in _HASH else "//"
    context = "".join(f"{mark} {line}\n" for line in known)
    return model.complete(context, before, after)


def _known(index: Index, path: str, before: str, private: GlobSpec) -> Iterator[str]:
    """The signatures of what the last lines name and other files define, the nearest name first."""
    near = "\n".join(before.split("\n")[-NEAR_LINES:])
    names = dict.fromkeys(reversed(_NAME.findall(near)))
    count = 0
    for name in names:
        for definition in index.definitions(name, 1):
            if definition.name != name or definition.path == path or private.match_file(definition.path):
                continue
            yield f"{definition.path}: {' '.join(definition.signature.split())[:LONGEST_SIGNATURE]}"
            count += 1
        if count >= MOST_NAMES:
            return
