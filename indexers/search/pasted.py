"""What people paste: issues, tracebacks and logs. Their title, the frames of their stack traces and their error messages.

A stack frame names a file as it was installed elsewhere, so only the end of its path can match a file of this repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

LONG_WORDS = 40
"""A text of several lines with at least this many words is an issue or a log, not a question."""

MOST_FRAMES = 60
MOST_MESSAGES = 8
MESSAGE_WORDS = 3
_MESSAGE_CHARS = 300
_TITLE_CHARS = 250

_FILE = r"(?:[A-Za-z]:)?[\w./\\~@+<>-]*[\w-]\.[A-Za-z]\w{0,4}"
_BEGINS = r"(?<![\w./\\~@+<>-])"
"""Before a path that nothing announces: it is tried from its first character only, which keeps the search in linear time."""

_FRAMES = (
    ("python", re.compile(r'File "(?P<path>[^"\n]+)", line (?P<line>\d+)(?:, in (?P<name>[\w<>.]+))?')),
    ("java", re.compile(r"\bat (?P<owner>[\w.$]+)\.(?P<name>[\w$<>]+)\((?P<path>\w+\.\w+)(?::(?P<line>\d+))?\)")),
    ("csharp", re.compile(rf"\bat (?P<name>[\w.<>`]+)\(.*?\) in (?P<path>{_FILE}):line (?P<line>\d+)")),
    (
        "js",
        re.compile(
            rf"\bat (?:async )?(?:(?P<name>[\w.$<>]++)[^(\n]{{0,200}}+\()?(?:file://)?(?P<path>{_FILE}):(?P<line>\d+):\d+"
        ),
    ),
    ("php", re.compile(rf"{_BEGINS}(?P<path>{_FILE})\((?P<line>\d+)\)(?:: (?:[\w\\]+(?:->|::))?(?P<name>\w+))?")),
    ("link", re.compile(r"/blob/[^/\s]+/(?P<path>[\w./-]+)#L(?P<line>\d+)")),
    ("words", re.compile(rf'{_BEGINS}(?P<path>{_FILE})"?,? (?:on )?line (?P<line>\d+)(?:,? in (?P<name>\w+))?')),
    ("colon", re.compile(rf"{_BEGINS}(?P<path>{_FILE}):(?P<line>\d+)(?!\w)(?::\d+)?(?::in [`'](?P<name>\w+)')?")),
)
"""The forms of a frame; each piece of text counts once, for the first form that matches."""

_ERROR = re.compile(
    r"^[^\w\n]*+(?:[\w.:]*(?:Error|Exception|Warning|Failure|Fault|Exit|Interrupt)\b[\w ]*(?:\[\w+\])?|panic|fatal(?: error)?|"
    r"error|Caused by|thread '.*?' panicked at .*?|E|AssertionError|FATAL|ERROR|WARN(?:ING)?)\s*[:,-]\s*(?P<message>\S.*)$",
    re.MULTILINE | re.IGNORECASE,
)
_VERSIONS = re.compile(r"^[^\S\n]*+[\w.-]+\s*(?:==|:)\s*v?\d+(?:\.\d+)+\S*\s*$", re.MULTILINE)
_HEADINGS = re.compile(
    r"^[^\w\n]*+(?:describe the (?:bug|issue)|(?:steps?|code|how)?[ \t]{0,2}/?[ \t]{0,2}(?:code)?[ \t]{0,2}to reproduce|"
    r"(?:current|expected|actual) (?:behaviou?r|results?|outcome)|environment(?: info)?|versions?|additional context|"
    r"screenshots?|description|bug (?:report|summary)|system information|your project|"
    r"(?:minimal )?reproducible example)[^\w\n]*+$",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in a stack trace, a link or a message of a tool; `name` is the function, where it is stated."""

    path: str
    line: int
    name: str = ""


_TRACEBACK = "Traceback (most recent call last)"


def is_pasted(text: str) -> bool:
    """Whether a text is an issue, a traceback or a log instead of a question."""
    return "\n" in text.strip() and (len(text.split()) >= LONG_WORDS or bool(frames(text)))


def split_title(text: str) -> tuple[str, str]:
    """The line that says what a text is about, and the rest: the first, of a bare traceback the last. A long line is cut."""
    first, _, rest = text.strip().partition("\n")
    if first.startswith(_TRACEBACK):
        rest, _, first = text.strip().rpartition("\n")
    return first[:_TITLE_CHARS], f"{first[_TITLE_CHARS:]}\n{rest}"


def without_boilerplate(text: str) -> str:
    """A text without hidden comments, lists of versions and the headings of issue templates."""
    text = without_comments(text)
    for pattern in (_VERSIONS, _HEADINGS):
        text = pattern.sub("", text)
    return text


def without_comments(text: str) -> str:
    """A Markdown or HTML text without its comments, in linear time; one that does not end is kept."""
    kept, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[position:start])
        position = end + 3
    return "".join([*kept, text[position:]])


def frames(text: str) -> list[Frame]:
    """The frames of a text, innermost first: Python prints the innermost last, other languages print it first."""
    found: dict[int, tuple[str, Frame, int]] = {}
    taken: list[tuple[int, int]] = []
    for form, pattern in _FRAMES:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            found[match.start()] = (form, _frame(match), text.count("\n", 0, match.start()))
            if len(found) >= MOST_FRAMES:
                break
    ordered = [found[start] for start in sorted(found)]
    traces: list[list[Frame]] = []
    for form, run in groupby(ordered, key=lambda entry: entry[0]):
        traces.extend(trace[::-1] if form == "python" else trace for trace in _traces(list(run)))
    depth = max(map(len, traces), default=0)
    return list(dict.fromkeys(trace[n] for n in range(depth) for trace in traces if n < len(trace)))


def _traces(run: list[tuple[str, Frame, int]]) -> Iterator[list[Frame]]:
    """Frames that are printed close together belong to one trace."""
    trace: list[Frame] = []
    last = 0
    for _, frame, line in run:
        if trace and line - last > 4:
            yield trace
            trace = []
        trace.append(frame)
        last = line
    if trace:
        yield trace


def _frame(match: re.Match[str]) -> Frame:
    groups = match.groupdict()
    path = groups["path"].replace("\\", "/")
    if owner := groups.get("owner"):  # Java prints the class, its package is the folder
        path = "/".join([*owner.split(".")[:-1], path])
    return Frame(path, int((groups.get("line") or "0")[:9]), (groups.get("name") or "").rpartition(".")[2])


def error_messages(text: str) -> list[str]:
    """The error messages of a text, without the name of the error: what follows `ValueError:`, `panic:` or `error:`."""
    messages = (match["message"].strip()[:_MESSAGE_CHARS] for match in _ERROR.finditer(text))
    return [m for m in dict.fromkeys(messages) if len(m.split()) >= MESSAGE_WORDS][-MOST_MESSAGES:]
