"""Which reader reads which file, and the files in which its names can be used."""

from __future__ import annotations

from codeassist.tasks.review.analysers.outlines.c import C
from codeassist.tasks.review.analysers.outlines.ecmascript import EcmaScript
from codeassist.tasks.review.analysers.outlines.go import Go
from codeassist.tasks.review.analysers.outlines.java import CSharp, Java
from codeassist.tasks.review.analysers.outlines.outline import Outline
from codeassist.tasks.review.analysers.outlines.reader import Reader
from codeassist.tasks.review.analysers.outlines.rust import Rust

SCRIPTS = ("*.ts", "*.tsx", "*.mts", "*.cts", "*.js", "*.jsx", "*.mjs", "*.cjs")
GLOBS: dict[str, tuple[str, ...]] = {
    **{glob[1:]: SCRIPTS for glob in SCRIPTS},
    ".go": ("*.go",),
    ".rs": ("*.rs",),
    ".java": ("*.java",),
    ".cs": ("*.cs",),
    ".c": ("*.c", "*.h"),
    ".h": ("*.c", "*.h"),
}
READERS: dict[str, type[Reader]] = {
    **{glob[1:]: EcmaScript for glob in SCRIPTS},
    ".go": Go,
    ".rs": Rust,
    ".java": Java,
    ".cs": CSharp,
    ".c": C,
    ".h": C,
}
MOST_CHARS = 1_000_000
"""Longer files are data or generated."""


def outline_in_process(path: str, text: bytes) -> Outline | None:
    """The outline of a file, read in this process; None for another language or a file that is too deeply nested."""
    from indexers.syntax.grammars import parse
    from indexers.syntax.languages import detect

    reader = READERS.get("." + path.rpartition(".")[2].lower())
    tree = parse(detect(path), text) if reader is not None else None
    if reader is None or tree is None:
        return None
    try:
        return reader(path).read(tree.root_node)
    except RecursionError:
        return None
