"""What a change of a file in any language with a grammar does, in words: from its definitions and its changed lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from codeassist.changes.change import ChangedFile

MOST_LINES = 40
"""Changed lines of a file above which no single line says what the change does."""

LONGEST_NAME = 30
"""Characters of a qualified name; of a longer one the last part is shown."""

Definitions = Mapping[str, tuple[str, str, int, int, str]]
"""Definitions by qualified name: (name, kind, first line, last line, signature)."""

LEAST_PLACES = 3
MOST_SHARE = 0.7
"""How many lines, and which share of all changed ones, a replacement is in that stands for the whole change."""

_TOKEN = re.compile(r"\w+|%\w|\s+|[^\w\s]")
_SHOWN = re.compile(r"%\w|(?!.*\d{5})[A-Za-z_][\w.]{0,23}")
"""What may stand in a subject: names and formats, and nothing that looks like a key."""

_CONDITION = re.compile(r"(?:^|[\s}])(?:if|elsif|elif|else if|while|unless|guard|when)\b[\s(]*(?P<about>.*)")
_BEHIND = re.compile(r"(?:\)\s*)?(?:\{|\bthen\b|->|\breturn\b|\bthrow\b).*$")
_NEGATION = re.compile(r"\bnot\b|!==?|!")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)*")
_COMMENT = re.compile(r"^\s*(?://|#|\*|/\*|--|\"\"\"|''')")
_RAISES = re.compile(r"\b(?:throw|raise|panic!?|return Err)\b(?:\s+new)?[\s(]*(?P<what>[A-Z]\w+)?")
_KEYWORDS = frozenset(
    "if not and or is in null nil None undefined true false this self typeof instanceof await let isinstance len".split()
)


def lines_subject(file: ChangedFile, old: Definitions, new: Definitions) -> str:
    """A clause in the imperative; "" if only names of changed definitions can be said."""
    fresh, gone = [n for n in new if n not in old], [n for n in old if n not in new]
    touched = [n for n, d in new.items() if n in old and any(d[2] <= line <= d[3] for line in file.touched)]
    inner = [n for n in touched if not any(o != n and o.startswith(f"{n}.") for o in (*touched, *fresh))]
    if len(fresh) == len(gone) == 1 and new[fresh[0]][1] == old[gone[0]][1]:
        return f"rename {gone[0]} to {fresh[0].rpartition('.')[2]}"
    outer = [n for n in fresh if not any(n.startswith(f"{o}.") for o in fresh)]
    if fresh and not gone and len(inner) <= 2:
        return f"add {_joined(outer)}"
    if gone and not fresh and len(inner) <= 2:
        return f"remove {_joined([n for n in gone if not any(n.startswith(f'{o}.') for o in gone)])}"
    if fresh or gone or len(inner) != 1 or len(file.added) + len(file.removed) > MOST_LINES:
        return ""
    name = inner[0]
    shown = name if len(name) <= LONGEST_NAME else name.rpartition(".")[2]
    if old[name][4] != new[name][4] and old[name][4] and new[name][4]:
        return f"change the parameters of {shown}" if "(" in new[name][4] else ""
    return _of_lines(_code(file.removed.values()), _code(file.added.values()), shown)


def repeated_subject(files: Sequence[ChangedFile]) -> str:
    """The one replacement that most changed lines are: `replace Session by Client in 12 places`; "" if there is none."""
    found: Counter[tuple[str, str]] = Counter()
    lines = 0
    for hunk in (h for f in files for h in f.hunks):
        lines += max(len(hunk.removed), len(hunk.added))
        if len(hunk.removed) == len(hunk.added):
            found.update(map(_replacement, hunk.removed.values(), hunk.added.values()))
    if not found:
        return ""
    (old, new), count = found.most_common(1)[0]
    shown = bool(_SHOWN.fullmatch(old) and _SHOWN.fullmatch(new))
    return (
        f"replace {old} by {new} in {count} places" if shown and count >= LEAST_PLACES and count >= MOST_SHARE * lines else ""
    )


def _replacement(old: str, new: str) -> tuple[str, str]:
    """The words in which two lines differ, if that is one place; ("", "") otherwise."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    parts = before[start : len(before) - end], after[start : len(after) - end]
    return ("".join(parts[0]), "".join(parts[1])) if all(parts) else ("", "")


def _of_lines(removed: Sequence[str], added: Sequence[str], name: str) -> str:
    """What changed lines of one definition do."""
    if len(removed) == len(added) == 1:
        before, after = _NUMBER.findall(removed[0]), _NUMBER.findall(added[0])
        changed = [(b, a) for b, a in zip(before, after, strict=False) if b != a]
        if len(changed) == 1 and _NUMBER.sub("0", removed[0]) == _NUMBER.sub("0", added[0]):
            return f"use {changed[0][1]} instead of {changed[0][0]} in {name}"
    were, are = _conditions(removed), _conditions(added)
    raised = [match["what"] for text in added if (match := _RAISES.search(text)) is not None and match["what"]]
    if raised and not any(map(_RAISES.search, removed)):
        return f"raise {raised[0]} in {name}"
    if are and were and (about := _about(are[0], were[0])):
        inverted = len(were) == len(are) == 1 and _is_inverted(were[0], are[0])
        return f"{'invert' if inverted else 'change'} the condition on {about} in {name}"
    if are and not were and (about := _about(are[0], "")):
        return f"check {about} in {name}"
    if were and not are and (about := _about(were[0], "")):
        return f"do not check {about} in {name}"
    return ""


def _code(lines: Iterable[str]) -> list[str]:
    return [text for text in lines if text.strip() and not _COMMENT.match(text)]


def _conditions(lines: Sequence[str]) -> list[str]:
    return [match["about"] for text in lines if (match := _CONDITION.search(text)) is not None]


def _is_inverted(before: str, after: str) -> bool:
    """Whether two conditions differ by one negation and nothing else."""
    was, now = _BEHIND.sub("", before), _BEHIND.sub("", after)
    return _positive(was) == _positive(now) and len(_NEGATION.findall(was)) % 2 != len(_NEGATION.findall(now)) % 2


def _positive(condition: str) -> str:
    """A condition without negations, spaces and brackets."""
    return re.sub(r"[\s():]", "", _NEGATION.sub(lambda match: match[0].replace("!", "=") if "=" in match[0] else "", condition))


def _about(condition: str, before: str) -> str:
    """The first name of a condition that was not in it before, else its first name; "" if it has none."""
    names = [n for n in _WORD.findall(re.sub(r"(['\"`]).*?\1", "", condition)) if n not in _KEYWORDS]
    fresh = [n for n in names if n not in before]
    found: str = (fresh or names or [""])[0]
    return found.removeprefix("this.").removeprefix("self.")


def _joined(names: Sequence[str]) -> str:
    if len(names) > 2:
        return f"{names[0]}, {names[1]} and {len(names) - 2} more"
    return " and ".join(names)
