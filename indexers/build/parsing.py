"""Parse a file's bytes into the chunks, symbols and references that the index stores."""

from __future__ import annotations

import re

from indexers.build.limits import NO_MEMORY, failed_with
from indexers.build.messages import ParsedFile
from indexers.files.decoding import decode, split_lines
from indexers.syntax.chunker import chunk
from indexers.syntax.grammars import parse
from indexers.syntax.languages import Language, by_name
from indexers.syntax.symbols import Structure, extract

_UNUSUAL = re.compile("[\U00030000-\U0010ffff]")
"""Characters for private use, such as icons of terminal fonts: they crash the Markdown grammar, and no grammar needs them."""


def parse_file(path: str, language: Language, data: bytes, problem: str = "") -> ParsedFile:
    """Parse one file's bytes; syntax errors and undecodable bytes never raise. With a `problem` it is split by lines.

    Grammars are native code: some texts crash them or never end. So programs call `parse_service.parse` and the index
    uses workers; this function itself runs only where such a text may end the process.
    """
    lines = split_lines(decode(data))
    problem = problem if language.grammar else ""
    source = _UNUSUAL.sub("\ufffd", "\n".join(lines)).encode("utf-8", "replace")
    tree = None if problem else parse(language, source)
    structure = Structure() if tree is None else extract(tree, language, source, lines)
    chunks = chunk(path, language, tree, lines, structure)
    broken = tree is not None and tree.root_node.has_error
    return ParsedFile(
        path, language.name, len(lines), chunks, structure.symbols, structure.references, broken, problem, structure.bindings
    )


def parse_text(path: str, language: str, data: bytes, problem: str = "") -> ParsedFile:
    """`parse_file` with the name of the language; a text that the parser or this package fails on is split by lines."""
    try:
        return parse_file(path, by_name(language), data, problem)
    except MemoryError:
        problem = NO_MEMORY
    except Exception as error:  # noqa: BLE001  # such as too deep a recursion; one text must not cost the others
        problem = failed_with(error)
    return parse_file(path, by_name(language), data, problem)
