"""Parse single texts in a worker process, for programs that must not crash or hang on any of them."""

from __future__ import annotations

from indexers.build.messages import ParsedFile, Settings, Text
from indexers.build.worker import borrow, give_back
from indexers.syntax.languages import Language


def parse(path: str, language: Language, data: bytes) -> ParsedFile:
    """Parse a text as the content of the file `path`, as the index does; see `parsing.parse_file`.

    A text that the parser fails on is split by lines, with the cause in `problem`.
    """
    worker = borrow()
    try:
        (answer,) = worker.answers([Text(path, language.name, data)], Settings())
    except BaseException:
        worker.stop()  # an answer may be on its way
        raise
    finally:
        give_back(worker)
    return ParsedFile(path, language.name, 0, [], [], [], problem=answer) if isinstance(answer, str) else answer
