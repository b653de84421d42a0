"""What a sentence names, and whether it stands in the blocks that the sentence cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from codeassist.evidence.claims_sentences import SPAN, without_citations
from codeassist.evidence.packing import Block
from indexers import Index
from indexers.files.decoding import count_lines

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
_NUMBER = re.compile(
    r"(?<![\w./-])(?:0[xXoObB][\da-fA-F_]+|\d[\d_,]*(?:\.\d+)?)(?:ms|s|%|px|MB|KB|GB|kB|th|st|nd|rd)?(?![\w.-]*[\w-]*\w)"
)
_BARE_NAME = re.compile(
    r"(?<![\w`/.-])(?:[A-Za-z]\w*_\w+|_\w+|[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*|[A-Z]{2,}[a-z]\w*[A-Z]?\w*)(?![\w`/-])"
)
_LINE = re.compile(r"(?::|#L)(\d+)(?:[-\u2013]L?(\d+))?$")
_LINE_WORDS = re.compile(
    r"\blines?\s+(\d+)(?:\s*(?:-|\u2013|to)\s*(\d+))?|\u7b2c\s*(\d+)(?:\s*(?:-|\u2013|\u5230|\u81f3)\s*(\d+))?\s*\u884c"
)
_PATH = re.compile(r"(?:\.{0,2}/)?(?:[\w.@+-]+/)*[\w.@+-]*\.[A-Za-z]\w{0,7}|(?:\.{0,2}/)?(?:[\w.@+-]+/)+[\w.@+-]*")
_NO_PATH = re.compile(r"(?i)^(?:text|application|image|audio|video|multipart|font|message|model)/|^HTTPS?/\d|^\w+://")
_SHELL = re.compile(
    r"^(?:\$ |sudo |export |set |curl |wget |pip3? |python3? -m pip|npm |npx |yarn |pnpm |git |docker |make |cd |cargo |"
    r"go (?:get|install) )"
)
_PLACEHOLDER = re.compile(r"<[\w -]+>|\{[a-z_ ]+\}|\.\.\.|\u2026|\bYOUR_\w+|\byour-\w+")
_EXAMPLE = re.compile(
    r"(?i)(?:e\.\s?g\.|for example|for instance|such as|like|zum Beispiel|z\.\s?B\.|"
    r"\u4f8b\u5982|\u6bd4\u5982|\u305f\u3068\u3048\u3070),?\s*$"
)
_FLAG = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_ORDINAL = frozenset("0 1 2".split())


@dataclass(frozen=True)
class Cited:
    """The blocks that a sentence cites, as one text."""

    blocks: tuple[Block, ...]
    root: Path

    @cached_property
    def text(self) -> str:
        """The paths, names and lines of the blocks."""
        return "\n".join(f"{b.path}\n{b.name}\n{b.head}\n{b.text}" for b in self.blocks)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name in the blocks."""
        return frozenset(NAME.findall(self.text))

    @cached_property
    def lowered(self) -> str:
        """The text in small letters and without quotes, to compare literals."""
        return re.sub(r"[\"'`]", "", self.text).lower()

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number in the blocks, as `plain` writes it."""
        found = re.findall(r"(?<![A-Za-z_])(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?)", self.text)
        return frozenset(plain(number) for number in (*found, *re.findall(r"\d+", self.text)))


def missing(sentence: str, cited: Cited, index: Index) -> Iterator[str]:
    """What a sentence names that does not stand in the blocks that it cites."""
    bare = without_citations(sentence)
    shell = [match[2] for match in SPAN.finditer(bare) if is_shell(match[2])]
    for match in SPAN.finditer(bare):
        span = match[2].strip()
        if match[2] in shell or is_example(bare, match.start()):
            continue
        if any(re.search(rf"(?<![A-Za-z]){re.escape(span)}\b|{re.escape(span)}=", line) for line in shell):
            continue
        yield from _missing_of_span(span, cited, index)
    prose = SPAN.sub(" ", bare)
    for match in _BARE_NAME.finditer(prose):
        if match[0].lower() not in _BRANDS and match[0] not in cited.names and not _EXAMPLE.search(prose[: match.start()]):
            yield match[0]
    yield from _missing_numbers(_LINE_WORDS.sub(" ", prose), cited)
    for match in _LINE_WORDS.finditer(prose):
        first, last = int(match[1] or match[3]), int(match[2] or match[4] or match[1] or match[3])
        if not any(block.start_line <= first and last <= block.end_line for block in cited.blocks):
            yield match[0]


def _follows_example(text: str, start: int) -> bool:
    """Whether a span continues a list of examples: such as `a` and `b`."""
    before = text[:start]
    examples = re.search(
        r"(?i)(?:such as|e\.\s?g\.|for example|like)\s[^.;:]*$", SPAN.sub(lambda match: "x" * len(match[0]), before)
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
    bare = _LINE.sub("", span)
    if _NO_PATH.match(bare) or not _PATH.fullmatch(bare):
        return False
    extension = bare.rpartition(".")[2].lower()
    return extension in _EXTENSIONS or (bare.count("/") > 1 and "." not in bare.rpartition("/")[2]) or bare.endswith("/")


def path_exists(path: str, paths: Sequence[str] | set[str], root: Path) -> bool:
    """Whether a path, or the end of one, is indexed or on disk."""
    bare = _LINE.sub("", path).removeprefix("./").strip("/")
    while bare.startswith("../"):
        bare = bare[3:]
    if any(known == bare or known.endswith("/" + bare) or f"/{known}".find(f"/{bare}/") >= 0 for known in paths):
        return True
    try:
        return ".." not in Path(bare).parts and (root / bare).exists()
    except (OSError, ValueError):
        return False


def _missing_of_span(span: str, cited: Cited, index: Index) -> Iterator[str]:
    if span in cited.text or _NO_PATH.match(span):
        return
    if looks_like_path(span):
        if not _path_stands(span, cited):
            yield span
        return
    if _FLAG.match(span) or re.search(r"\s--[A-Za-z]", span):
        yield from (flag for flag in _FLAG.findall(span) if flag.startswith("--") and not _flag_stands(flag, cited))
        if re.search(r"\s--[A-Za-z]", span):
            return
    literals = re.findall(r"\"([^\"]*)\"|'([^']*)'", span)
    for one, other in literals:
        if (literal := (one or other).strip().lower()) and literal not in cited.lowered:
            yield span
            return
    rest = re.sub(r"\"[^\"]*\"|'[^']*'", " ", span)
    names = [name for name in NAME.findall(_FLAG.sub(" ", rest)) if name.lower() not in LITERALS]
    if any(name not in cited.names and not _plural(name, cited) for name in names):
        yield span
        return
    if any(plain(number) not in cited.numbers for number in re.findall(r"(?<![\w.])\d[\w.]*", rest)):
        yield span
        return
    if not names and not literals and re.search(r"\w", rest) and span.lower() in LITERALS:
        return
    yield from _missing_member(span, cited, index)


def _missing_member(span: str, cited: Cited, index: Index) -> Iterator[str]:
    """`A.b` where A is a class of the repository that has no `b`, and the blocks show no such access."""
    match = re.fullmatch(r"([A-Za-z_]\w*)\.([A-Za-z_]\w*)(?:\(.*\))?", span)
    if match is None:
        return
    owners = [d for d in index.definitions(match[1]) if d.kind in ("class", "struct", "interface", "enum", "type")]
    if not owners or re.search(rf"\.{match[2]}\b", cited.text):
        return
    if not any(d.qualified_name.endswith(f"{match[1]}.{match[2]}") for d in index.definitions(match[2])):
        inside = any(re.search(rf"\b{match[2]}\b", _lines(cited.root, d.path, d.line, d.end_line)) for d in owners)
        if not inside:
            yield span


def _lines(root: Path, path: str, start: int, end: int) -> str:
    from indexers.files.decoding import read_lines

    return read_lines(root, path, start, end)


def _plural(name: str, cited: Cited) -> bool:
    return name.endswith("s") and name[:-1] in cited.names


def _flag_stands(flag: str, cited: Cited) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", cited.text))


def _path_stands(span: str, cited: Cited) -> bool:
    """Whether a path is that of a cited block, with its lines inside, or is named in one."""
    line = _LINE.search(span)
    bare = _LINE.sub("", span).removeprefix("./").strip("/")
    while bare.startswith("../"):
        bare = bare[3:]
    same = [b for b in cited.blocks if b.path == bare or b.path.endswith("/" + bare) or f"/{b.path}".find(f"/{bare}/") >= 0]
    if line is None:
        return bool(same) or bare in cited.text or _is_imported(bare, cited.text)
    first, last = int(line[1]), int(line[2] or line[1])
    if same:
        return any(b.start_line <= first and last <= b.end_line for b in same)
    return bare in cited.text and last <= count_lines(cited.root, bare)


def _is_imported(path: str, text: str) -> bool:
    """Whether a line that imports names the file of a path: `from app.models import x`, `require("./models")`."""
    folder, _, file = path.rpartition("/")
    stem = file.partition(".")[0]
    name = folder.rpartition("/")[2] if stem in ("index", "__init__", "mod", "main") else stem
    if not name:
        return False
    lines = (line for line in text.splitlines() if re.search(r"\b(?:import|from|require|include|use|using|package)\b", line))
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line) for line in lines)


def _missing_numbers(prose: str, cited: Cited) -> Iterator[str]:
    """Numbers in prose; small ones may count what is not written as a number."""
    for match in _NUMBER.finditer(prose):
        number = plain(match[0])
        if number not in _ORDINAL and number not in cited.numbers:
            yield match[0]


def plain(number: str) -> str:
    """A number without separators and units, in one notation: `1_000` and `1,000` are `1000`, `0x10` is `16`."""
    bare = re.sub(r"(?<=\d)(?:ms|s|%|px|MB|KB|GB|kB|th|st|nd|rd)$", "", number).replace("_", "").replace(",", "")
    try:
        value = int(bare, 0) if re.match(r"0[xXoObB]", bare) else float(bare)
    except ValueError:
        return bare
    return str(int(value)) if value == int(value) else str(value)
