"""What a sentence names: code in backticks, paths, names of clear form; and whether such a thing exists in the repository."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from codeassist.evidence.claims.sentences import SPAN
from indexers import Index
from indexers.syntax.words import stem, words

LITERALS = frozenset(
    "true false none null nil self this cls super undefined void int str float bool string list dict set tuple object bytes "
    "any return yield await async def class function import from lambda raise throw except catch try finally with new let "
    "const var static public private number boolean error if else for while in not and or is".split()
)
_BRANDS = frozenset(
    "github gitlab javascript typescript postgresql mysql sqlite mongodb openai macos ios youtube json graphql nodejs github's "
    "devops webassembly websocket websockets langchain pytorch tensorflow numpy fastapi".split()
)
_EXTENSIONS = frozenset(
    "py pyi js jsx mjs cjs ts tsx go rs java kt scala c h cc cpp hpp cs rb php swift ex exs hs lua sh zig sql md rst toml yaml "
    "yml json html css txt cfg ini lock xml vue svelte proto".split()
)
NAME = re.compile(r"[^\W\d]\w*")
_BARE_NAME = re.compile(
    r"(?<![\w`/.-])(?:[A-Za-z]\w*_\w+|_\w+|[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*|[A-Z]{2,}[a-z]\w*[A-Z]?\w*)(?![\w`/-])"
)
_PLURAL = re.compile(r"[A-Z]{2,}s")
"""Abbreviations such as URLs."""

LINE = re.compile(r"(?::|#L)(\d{1,9})(?:[-\u2013]L?(\d{1,9}))?$")
_PATH = re.compile(r"(?:\.{0,2}/)?(?:[\w.@+-]+/)*[\w.@+-]*\.[A-Za-z]\w{0,7}|(?:\.{0,2}/)?(?:[\w.@+-]+/)+[\w.@+-]*")
NO_PATH = re.compile(r"(?i)^(?:text|application|image|audio|video|multipart|font|message|model)/|^HTTPS?/\d|^\w+://")
_SHELL = re.compile(
    r"^(?:\$ |sudo |export |set |curl |wget |pip3? |python3? -m pip|npm |npx |yarn |pnpm |git |docker |make |cd |cargo |"
    r"go (?:get|install) )"
)
_PLACEHOLDER = re.compile(r"<[\w -]+>|\{[a-z_ ]+\}|\.\.\.|\u2026|\bYOUR_\w+|\byour-\w+")
_EXAMPLE = re.compile(
    r"(?i)(?:e\.\s?g\.|for example|for instance|such as|\blike|zum Beispiel|z\.\s?B\.|"
    r"\u4f8b\u5982|\u6bd4\u5982|\u305f\u3068\u3048\u3070),?\s*$"
)
_BARE_PATH = re.compile(r"(?<![\w/.:@-])(?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.[A-Za-z]\w{0,7}(?::\d+(?:-\d+)?)?(?![\w/])")
_CALL = re.compile(r"[^\W\d][\w.]*\([^()]*\)")
_DOTTED = re.compile(r"[^\W\d]\w*(?:(?:\.|::)[^\W\d]\w*)*")
_BRANDED = frozenset({"js", "ts", "vue", "java"})
NOT = (
    r"(?:(?:also |itself )?(?:(?:does|do|did|will|can)(?: not|n't)|won't|cannot|can't|never)"
    r"(?: (?:ever|itself|directly|even))?)"
)
"""What denies the verb after it."""

_DENIED = re.compile(
    rf"(?:{NOT} [a-z]+|\b(?:has|have|takes?|accepts?|defines?|knows?|needs?|contains?|uses?|calls?|raises?) no|\bnothing|"
    r"(?:\u4e0d\u4f1a?|\u4ece\u4e0d|\u6ca1\u6709)[^\x00-\x7f]{0,4})(?: [a-z]+){0,4} ?"
    r"(?P<spans>`[^`]+`(?:(?:, | or | nor |, or |\u6216|\u3001)`[^`]+`)*)"
)

_LONGEST_LIST = 500
"""The most characters between "such as" and the last of its examples."""

MOST_SHELL = 20
"""The most lines for a shell in one sentence whose words are left out."""

Kind = Literal["path", "call", "name", "code"]


@dataclass(frozen=True, slots=True)
class Term:
    """What a sentence names: its text, and whether it stands in backticks.

    `kind`: a path, a call with its arguments, a name (dotted or not), or other code.
    """

    text: str
    kind: Kind
    quoted: bool


def terms(sentence: str) -> Iterator[Term]:
    """What a sentence names: all code in backticks; outside them paths, and names in `snake_case` or `camelCase`.

    Without examples, lines for a shell and what such a line mentions.
    """
    shell = {match[2]: None for match in SPAN.finditer(sentence) if is_shell(match[2])}
    lines = list(shell)[:MOST_SHELL]
    for match in SPAN.finditer(sentence):
        span = match[2].strip()
        if match[2] in shell or is_example(sentence, match.start()):
            continue
        if not any(re.search(rf"(?<![A-Za-z]){re.escape(span)}\b|{re.escape(span)}=", line) for line in lines):
            yield Term(span, _kind(span), quoted=True)
    prose = SPAN.sub(" ", sentence)
    for found in _BARE_PATH.finditer(prose):
        if _is_bare_path(found[0]) and not _EXAMPLE.search(prose[: found.start()]):
            yield Term(found[0], "path", quoted=False)
    prose = _BARE_PATH.sub(lambda found: " " if _is_bare_path(found[0]) else found[0], prose)
    for found in _BARE_NAME.finditer(prose):
        known = found[0].lower() in _BRANDS or _PLURAL.fullmatch(found[0])
        if not known and not _EXAMPLE.search(prose[: found.start()]):
            yield Term(found[0], "name", quoted=False)


def denied(sentence: str) -> set[str]:
    """The code of which a sentence says that it is not used, called or there: nothing shows it, and that is right."""
    return {span[2].strip() for match in _DENIED.finditer(sentence) for span in SPAN.finditer(match["spans"])}


def _kind(span: str) -> Kind:
    if looks_like_path(span):
        return "path"
    if _CALL.fullmatch(span):
        return "call"
    return "name" if _DOTTED.fullmatch(span) else "code"


def _is_bare_path(text: str) -> bool:
    """Whether a word outside backticks is a path; `Node.js` is a product."""
    bare = LINE.sub("", text)
    extension = bare.rpartition(".")[2]
    return looks_like_path(text) and (extension in _EXTENSIONS) and ("/" in bare or bare != text or extension not in _BRANDED)


def _follows_example(text: str, start: int) -> bool:
    """Whether a span continues a list of examples: such as `a` and `b`."""
    before = text[max(0, start - _LONGEST_LIST) : start]
    examples = re.search(
        r"(?i)(?:such as|e\.\s?g\.|for example|(?<!\w)like)\s[^.;:]*$", SPAN.sub(lambda match: "x" * len(match[0]), before)
    )
    if examples is None:
        return False
    between = re.sub(r"(?i)such as|e\.\s?g\.|for example|like", "", SPAN.sub("", before[examples.start() :]))
    return bool(re.fullmatch(r"[\s,]*(?:[a-z]+[\s,]*){0,3}(?:and|or)?\s*(?:[a-z]+\s*){0,4}", between)) and " is " not in between


def is_example(text: str, start: int) -> bool:
    """Whether the span that starts there is an example: after such as, e.g., or one more of such a list."""
    return bool(_EXAMPLE.search(text[max(0, start - 40) : start])) or _follows_example(text, start)


def is_shell(span: str) -> bool:
    """Whether a span is a line for a shell or has placeholders, so that its words are not names of the code."""
    return bool(_SHELL.match(span) or _PLACEHOLDER.search(span))


def looks_like_path(span: str) -> bool:
    """Whether a span is a path, perhaps with lines: `a/b.py:3-5`, `b.py#L12`, `a/`."""
    bare = LINE.sub("", span)
    if NO_PATH.match(bare) or not _PATH.fullmatch(bare):
        return False
    extension = bare.rpartition(".")[2].lower()
    return extension in _EXTENSIONS or (bare.count("/") > 1 and "." not in bare.rpartition("/")[2]) or bare.endswith("/")


def files_at(path: str, paths: Iterable[str]) -> list[str]:
    """The indexed files that a path means: the file itself, files whose path ends so, files below a folder."""
    bare = _plain_path(path)
    return [known for known in paths if known == bare or known.endswith("/" + bare) or f"/{bare}/" in f"/{known}"]


def path_exists(path: str, paths: Iterable[str], root: Path) -> bool:
    """Whether a path, or the end of one, is indexed or on disk."""
    bare = _plain_path(path)
    if files_at(path, paths):
        return True
    try:
        return ".." not in Path(bare).parts and (root / bare).exists()
    except (OSError, ValueError):
        return False


def _plain_path(path: str) -> str:
    """A path without lines, and without `./` and `../` before it."""
    bare = LINE.sub("", path).removeprefix("./").strip("/")
    while bare.startswith("../"):
        bare = bare[3:]
    return bare


def lines_of(path: str) -> tuple[int, int] | None:
    """The first and last line that a path with lines names, such as `a.py:3-5`."""
    line = LINE.search(path)
    return (int(line[1]), int(line[2] or line[1])) if line else None


def stems(text: str) -> set[str]:
    """The stems of the words of a text."""
    return {stem(word) for word in words(text)}


def exists(index: Index, name: str) -> bool:
    """Whether a name is defined, used or imported anywhere in the repository, or occurs in its text."""
    return index.knows_name(name) or index.contains_word(name)


def is_of_library(span: str, index: Index) -> bool:
    """Whether a dotted name belongs to the standard library or to something that the repository imports but does not define."""
    root, _, rest = span.partition(".")
    if not rest or not re.fullmatch(r"[\w.]+(?:\(.*\))?", span) or index.defines(root):
        return False
    return root in sys.stdlib_module_names or any(use.kind == "import" for use in index.callers(root, 20, kinds=("import",)))
