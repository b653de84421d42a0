"""Completion without a model: what follows these tokens here and in the repository, names near by, members: ranked together."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from codeassist.lsp.idioms import KEYWORDS, Idioms, Seen, count, likely, tokens_of
from codeassist.lsp.modules import modules
from indexers import Index
from indexers.files.decoding import file_lines

MOST = 20
NEAR_LINES = 40.0
"""The distance at which a name in the buffer counts half."""

LINES_BEFORE, LINES_AFTER = 1000, 300
MOST_CHARS = 200_000
"""Characters of a buffer that are read on each side of the cursor, where lines are long."""

OF_INDEX = 60
SHARE_OF_TOKENS = 12.0
"""What a name is worth that always follows the tokens before the cursor; one that stands on the line above is worth 1.4."""

MEMBER = 2.5
OWN = 3.0
"""What a member that the buffer uses on the object of the class is worth, by the logarithm of its weight."""

EXPORTED = 4.0
"""What a name is worth that the module defines which is imported from."""

OTHER_PLACE = 0.15
"""The share of a name that was seen after a dot and would stand without one, or the other way round."""

_NAME = re.compile(r"[^\W\d]\w*")
_RECEIVER = re.compile(r"([^\W\d]\w*)(?:\(\))?\.(#?\w*)$")
_SELF = ("self", "cls", "this")
_FROM = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]*(?:\([\w\s,]*|[\w \t,]*)\Z", re.MULTILINE)
_OWN = re.compile(r"(?<![\w.])(?:self|cls|this)\s*(?:\?\.|\.|->)\s*(#?\w+)")
_CLASS = re.compile(
    r"^[ \t]*(?:(?:export|default|abstract|declare|public|private|protected|internal|static|final|sealed|open|data|"
    r"partial|pub(?:\([^)\n]*\))?)[ \t]+)*(?:class|struct|interface|impl|trait|object|record)[ \t]+(\w+)",
    re.MULTILINE,
)
_PRIVATE = re.compile(r"^[ \t]*(?:static[ \t]+|async[ \t]+|readonly[ \t]+|[gs]et[ \t]+)*(#\w+)[ \t]*[=:;(?]", re.MULTILINE)
"""Private members of JavaScript where they are declared; elsewhere they are used as any other name."""

_NOTHING = Idioms()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name to insert, its score, and where it comes from."""

    name: str
    score: float
    source: str


def complete(
    index: Index, before: str, after: str, limit: int = MOST, idioms: Idioms = _NOTHING, on_disk: Seen | None = None
) -> list[Candidate]:
    """The names that may stand at the end of `before` in a buffer, best first.

    `idioms` are the counts of the files of the repository, `on_disk` what this file contributed to them.
    """
    head = before[-200:].rpartition("\n")[2]
    prefix = re.search(r"\w*$", head)
    typed = prefix[0] if prefix else ""
    after_dot = head[: len(head) - len(typed)].rstrip("#").endswith(".")  # where a keyword is a name
    receiver = _RECEIVER.search(head)
    own = receiver is not None and receiver[1] in _SELF
    scores: dict[str, float] = defaultdict(float)
    sources: dict[str, str] = {}

    def add(name: str, score: float, source: str) -> None:
        if name == typed or len(name) < 2 or not name.lower().startswith(typed.lower()):
            return
        if after_dot or name not in KEYWORDS:
            scores[name] += score * (1.0 if name.startswith(typed) else 0.5)
            sources.setdefault(name, source)

    before = "\n".join(before[: len(before) - len(typed)][-MOST_CHARS:].split("\n")[-LINES_BEFORE:])
    after = "\n".join(after[:MOST_CHARS].split("\n")[:LINES_AFTER])
    tokens = tokens_of(before)
    around, near = count(tokens_of(after), count(tokens)), set(tokens)
    for name, probability in likely(before, around, idioms, on_disk or {}).items():
        add(name, SHARE_OF_TOKENS * math.sqrt(probability), "buffer" if name in near else "repository")
    for name, weight in _near(before, after, member=receiver is not None).items():
        add(name, (OTHER_PLACE if own else 1.0) * 2.0 * math.log1p(weight), "buffer")
    if own:
        _own_members(before, after, hidden=head.endswith(f"#{typed}"), add=add)
    if receiver is not None:
        _members(index, before, receiver[1], add)
    if module := _FROM.search(before):
        _defined_in(index, modules(index, module[1]), scores, add)
    for name, uses in index.names(typed, OF_INDEX) if typed else ():
        add(name, 0.25 * math.log1p(uses), "repository")
    for private in [name for name in scores if name.startswith("#")]:
        scores.pop(private[1:], None)  # the index has it without the sign
    ranked = sorted(scores, key=lambda name: (-scores[name], len(name), name))
    return [Candidate(name, scores[name], sources[name]) for name in ranked[:limit]]


def _near(before: str, after: str, *, member: bool) -> Mapping[str, float]:
    """Names of the buffer: the nearer the better; after a dot those that stand after a dot, elsewhere the others."""
    seen: dict[str, float] = defaultdict(float)
    for lines, most in ((reversed(before.split("\n")), 1.0), (after.split("\n"), 0.6)):
        for away, line in enumerate(lines):
            weight = most / (1.0 + away / NEAR_LINES)
            for found in _NAME.finditer(line):
                is_member = line[found.start() - 1 : found.start()] == "."
                if found[0] in KEYWORDS and not is_member:
                    continue
                fits = is_member == member
                seen[found[0]] += weight * (1.0 if fits else OTHER_PLACE)
    return seen


def _own_members(before: str, after: str, *, hidden: bool, add: Callable[[str, float, str], None]) -> None:
    """Members that the buffer uses on the object of the class, the nearer the better; `hidden`: those that begin with #."""
    seen: dict[str, float] = defaultdict(float)
    for lines, most in ((reversed(before.split("\n")), 1.0), (after.split("\n"), 0.6)):
        for away, line in enumerate(lines):
            for name in (*_OWN.findall(line), *_PRIVATE.findall(line)):
                seen[name] += most / (1.0 + away / NEAR_LINES)
    for name, weight in seen.items():
        if name.startswith("#") or not hidden:
            add(name[1:] if hidden else name, OWN * math.log1p(weight), "buffer")


def _members(index: Index, before: str, owner: str, add: Callable[[str, float, str], None]) -> None:
    """Members of what stands before the dot: of the class around it, of a class of this name, of what it was made from."""
    owners = []
    if owner in _SELF:
        owners = _CLASS.findall(before)[-1:]
    else:
        owners.append(owner)
        made = re.findall(rf"\b{re.escape(owner)}\s*(?::\s*[\"']?(\w+)|=\s*(?:new\s+)?(\w+)\()", before)
        owners += [a or b for a, b in made[-2:]]
    for name in owners:
        for member in index.members(name):
            add(member.name, MEMBER, f"member of {name}")


def _defined_in(index: Index, files: Sequence[str], scores: dict[str, float], add: Callable[[str, float, str], None]) -> None:
    """What files define at their top level; names that are nowhere in them can hardly be imported from them."""
    written = {m[0] for file in files for line in file_lines(index.root, file) for m in _NAME.finditer(line)}
    for name in scores.keys() - written if written else ():
        scores[name] *= OTHER_PLACE
    for definition in (d for file in files for d in index.outline(file)):
        if definition.qualified_name == definition.name and not definition.name.startswith("__"):
            add(definition.name, EXPORTED + 0.25 * math.log1p(definition.uses), "repository")
