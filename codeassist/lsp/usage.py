"""The counts of a repository's files for completion, gathered in the background."""

from __future__ import annotations

import threading
import time

from codeassist.errors import CodeassistError
from codeassist.lsp.idioms import Idioms
from codeassist.repositories import Repository
from indexers import Index, IndexerError
from indexers.files.decoding import file_lines
from indexers.syntax.languages import detect

MOST_CHARS = 3_000_000
"""How much source is counted, the most central files first: a few seconds, and about 300 MB."""

AGAIN_SECONDS = 900.0
"""After which time the files are counted again. What an open buffer has counts at once."""

DATA = ("markdown", "json", "yaml", "toml", "html", "css")


class Usage:
    """The counts of one repository; empty until they were gathered for the first time."""

    def __init__(self) -> None:
        """Nothing is counted before it is asked for."""
        self._idioms = Idioms()
        self._begun = -AGAIN_SECONDS
        self._lock = threading.Lock()

    def of(self, repository: Repository) -> Idioms:
        """What is known now; starts to gather where that is due."""
        with self._lock:
            due = time.monotonic() - self._begun >= AGAIN_SECONDS
            if due:
                self._begun = time.monotonic()
        if due:
            threading.Thread(target=self._gather, args=(repository,), daemon=True).start()
        return self._idioms

    def _gather(self, repository: Repository) -> None:
        try:
            with repository.index() as (index, _):
                self._idioms = gathered(index)
        except (CodeassistError, IndexerError, OSError):
            self._begun = -AGAIN_SECONDS  # there is no index yet: the next request tries again


def gathered(index: Index) -> Idioms:
    """The counts of the source files of a repository, of the most central ones where it is large."""
    ranks = index.file_ranks()
    files = [path for path in index.files() if detect(path).grammar and detect(path).name not in DATA]
    files.sort(key=lambda path: -ranks.get(path, 0.0))
    idioms, left = Idioms(), MOST_CHARS
    for path in files:
        text = "\n".join(file_lines(index.root, path))
        left -= len(text)
        if left < 0:
            break
        idioms.add(path, text)
    return idioms
