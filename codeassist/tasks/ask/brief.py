"""The short form of an answer: the decisive lines of the best place, a line for each further place, at most twelve in all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from codeassist.evidence.examples import DOCUMENTS, example_excerpt
from codeassist.evidence.excerpts import CUT, Excerpt, decisive_names, excerpt, is_comment, raised
from codeassist.evidence.line_score import line_scores
from codeassist.evidence.places import first_sentence
from codeassist.evidence.values import Setting, decisive_values
from codeassist.tasks.ask.answer import Citations, Shape
from indexers import Hit
from indexers.search.message_match import IS_THE_MESSAGE, LEAST_SHARE, raising_line
from indexers.search.word_match import WordMatch
from indexers.types import Definition, Use, Vectors

MOST_LINES = 12
"""Lines of a short answer, with the marks around the code; an example of a document is shown whole and has more."""

FIRST_LINES = 5
"""Lines quoted of the best place."""

QUOTED_PLACES = 4
"""Places of which something is quoted; the further ones are only named."""

OTHER_LINES = 3
OTHER_LENGTH = 150
"""Of each further place at most this many lines and characters, joined to one line."""

NEAREST = 3
"""Places that are shown where nothing answers."""

NAMES_LENGTH = 100
"""Characters of the names that follow what is quoted of a place."""

FAR_BEHIND = 3.0
"""By how many standard deviations of their scores the lines of another function come behind those of the quoted one."""

LEAST_OWN = 3

CALLABLE = frozenset({"function", "method", "constructor"})

LONGEST = 240
SIGNATURE = 110


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to the places of an answer.

    `calls` are those of the best place; `settings` are lines that set what the places use, and the one that is asked for comes
    first; `raisers` use the message that the best place only gives a name; `held` are the definitions in the places, by path
    and first line.
    """

    calls: Sequence[Definition] = ()
    settings: Sequence[Setting] = ()
    raisers: Sequence[Use] = ()
    held: Mapping[tuple[str, int], Sequence[Definition]] = field(default_factory=dict)

    def own(self, hit: Hit) -> slice:
        """Which lines of a place are of the definition that it is named after and of the comment above it."""
        for part in self.held.get((hit.path, hit.start_line), ()):
            if part.qualified_name == hit.qualified_name:
                return slice(_with_comment(hit, part), part.end_line - hit.start_line + 1)
        return slice(None)

    def of_others(self, hit: Hit) -> Vectors:
        """Whether each line of a place is of a function beside the definition that it is named after, shape (lines,)."""
        others: Vectors = np.zeros(hit.text.count("\n") + 1, dtype=np.float32)
        own = self.own(hit)
        if own == slice(None):
            return others
        for part in self.held[hit.path, hit.start_line]:
            first, last = _with_comment(hit, part), part.end_line - hit.start_line
            if part.kind in CALLABLE and not first <= own.start <= last:
                others[first : last + 1] = 1.0
        others[own] = 0.0
        return others


def _with_comment(hit: Hit, part: Definition) -> int:
    """The position of the first line of a definition within a place, with the comment above it."""
    first, lines = part.line - hit.start_line, hit.text.split("\n")
    while first and is_comment(lines[first - 1]):
        first -= 1
    return first


def brief(
    hits: Sequence[Hit],
    words: WordMatch,
    shape: Shape,
    numbers: Citations,
    opening: Callable[[Sequence[str]], str] = lambda _: "",
    named: Callable[[Hit, int], Hit] = lambda hit, _: hit,
    around: Around | None = None,
) -> list[str]:
    """The lines of a short answer from places, best first, with what is `around` them.

    `opening` gives the words that stand before them from the lines that are quoted of the best place; `named` gives a place the
    name of what the line with this number belongs to.
    """
    around = around or Around()
    calls, settings = around.calls, around.settings
    lines = hits[0].text.split("\n")
    scores = line_scores(lines, words, shape, hits[0].name)
    best = named(hits[0], hits[0].start_line + int(scores.argmax()))
    most = FIRST_LINES - bool(calls or settings or around.raisers)
    own = around.own(best)
    at = raising_line(words.text, lines, LEAST_SHARE if shape == "error" else IS_THE_MESSAGE)
    chosen = _decisive(best, around, scores, most) if at is None else raised(lines, best.start_line, at, most)
    if at is None and best.language in DOCUMENTS:
        chosen = example_excerpt(best, scores, asks_how=shape == "how") or chosen
    quoted = block(best, chosen)
    asked_for = "; ".join(_set_in(setting, numbers) for setting in settings if setting.asked_for)
    before = "" if asked_for else opening([line for _, line in chosen.lines])
    head = f"{before} {_head(best, numbers)}".lstrip()
    if further := _further(lines, own, scores, head + quoted, shape, words.text):
        head = f"{head.removesuffix(':').removesuffix('.')}. {further[0].upper()}{further[1:]}."
    others = [f"- It calls {', '.join(f'`{d.qualified_name}` {numbers.define(d)}' for d in calls)}"] if calls else []
    if around.raisers:
        users = (f"`{use.by}` {numbers.cite(use.path, use.line, use.line, use.by)}" for use in around.raisers)
        others.append(f"- Used in {', '.join(users)}")
    if elsewhere := [_set_in(setting, numbers) for setting in settings if not setting.asked_for]:
        others.append(f"- Set elsewhere: {'; '.join(elsewhere)}")
    others += [_other(hit, words, shape, numbers, named, around) for hit in hits[1:QUOTED_PLACES]]
    further_places = [_named_by_lines(hit, words, shape, named) for hit in hits[QUOTED_PLACES:]]
    shown = Counter(hit.qualified_name for hit in (*hits[:QUOTED_PLACES], *further_places))
    if rest := [f"{_name(hit, short=shown[hit.qualified_name] == 1)} {_cited(hit, numbers)}" for hit in further_places]:
        others.append(f"- Further: {', '.join(rest)}")
    return [*([f"{asked_for}."] if asked_for else []), "\n".join([head, quoted, *others])]


def _decisive(hit: Hit, around: Around, scores: Vectors, most: int) -> Excerpt:
    """The most decisive lines of a place: those of its own definition before as decisive ones, other functions' not at all.

    Beside a definition of less than `LEAST_OWN` lines the others are shown, if they are far more decisive.
    """
    lines, own, others = hit.text.split("\n"), around.own(hit), around.of_others(hit)
    enough = sum(bool(line.strip()) for line in lines[own]) >= LEAST_OWN
    preferred = np.where(others > 0, -np.inf if enough else scores - FAR_BEHIND * scores.std(), scores)
    preferred[own] += scores.std()
    return excerpt(lines, hit.start_line, preferred, most)


def nearest(
    hits: Sequence[Hit], words: WordMatch, shape: Shape, named: Callable[[Hit, int], Hit] = lambda hit, _: hit
) -> list[str]:
    """A line for each of the best places, where none is good enough to answer and be cited; `named` as for `brief`."""
    lines = []
    for hit in hits[:NEAREST]:
        text = hit.text.split("\n")
        scores = line_scores(text, words, shape, hit.name)
        line = hit.start_line + int(scores.argmax())
        shown = named(hit, line)
        name = f" `{shown.qualified_name}`" if shown.qualified_name and shown.kind != "section" else ""
        lines.append(f"- `{hit.path}:{line}`{name}: {inline_code(_joined(text, hit.start_line, scores))}")
    return lines


def _set_in(setting: Setting, numbers: Citations) -> str:
    cited = numbers.cite(setting.path, setting.line, setting.line, setting.holder)
    holder = f"`{setting.holder}` in " if setting.holder else ""
    return f"{inline_code(setting.text[:OTHER_LENGTH])} in {holder}`{setting.path}` {cited}"


def block(hit: Hit, quoted: Excerpt) -> str:
    """Lines of a hit as a fenced code block with their path and first line."""
    body = "\n".join(line[:LONGEST] for line in quoted.marked())
    longest = max((len(run) for run in re.findall(r"`{3,}", body)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{hit.language} {hit.path}:{quoted.first}\n{body}\n{fence}"


def inline_code(line: str) -> str:
    """A line as code within a paragraph: its marks are longer than those in the line."""
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def _name(hit: Hit, *, short: bool = False) -> str:
    if not hit.qualified_name:
        return f"`{hit.path}`"
    if hit.kind == "section":
        return f"“{hit.name}” in `{hit.path}`"
    return f"`{hit.qualified_name}`" if short else f"`{hit.qualified_name}` in `{hit.path}`"


def _cited(hit: Hit, numbers: Citations) -> str:
    return numbers.cite(hit.path, hit.start_line, hit.end_line, hit.qualified_name)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _head(hit: Hit, numbers: Citations) -> str:
    cited = f"{_name(hit)} {_cited(hit, numbers)}"
    documented = hit.kind != "section" and not hit.documentation.lstrip().startswith(("@", "\\"))
    summary = first_sentence(hit.documentation) if documented else ""
    if not summary and hit.signature and hit.kind != "section":
        signature = hit.signature.replace("`", "'")
        summary = f"`{signature if len(signature) <= SIGNATURE else signature[: SIGNATURE - 1] + CUT}`"
    text = f"{cited}: {summary}" if summary else f"{cited}:"
    return text if text.endswith((".", "!", "?", "…", ":")) else text + "."


def _other(
    hit: Hit, words: WordMatch, shape: Shape, numbers: Citations, named: Callable[[Hit, int], Hit], around: Around
) -> str:
    lines = hit.text.split("\n")
    scores = line_scores(lines, words, shape, hit.name)
    hit = named(hit, hit.start_line + int(scores.argmax()))
    line = _joined(lines, hit.start_line, scores)
    further = _further(lines, around.own(hit), scores, line + hit.qualified_name, shape, words.text)
    also = f"; {further}" if further else ""
    return f"- {_name(hit)} {_cited(hit, numbers)}: {inline_code(line)}{also}"


def _named_by_lines(hit: Hit, words: WordMatch, shape: Shape, named: Callable[[Hit, int], Hit]) -> Hit:
    """A place with the name of what its most decisive line belongs to; a chunk of small definitions has that of the first."""
    scores = line_scores(hit.text.split("\n"), words, shape, hit.name)
    return named(hit, hit.start_line + int(scores.argmax()))


def _further(lines: Sequence[str], own: slice, scores: np.ndarray, shown: str, shape: Shape, question: str) -> str:
    """What else a place says in a few words: the values that it states for a question about a default, else its names.

    Names that do not occur in its `own` lines, those of the definition which it is named after, are listed as beside it.
    """
    values = decisive_values(lines, scores, question, shown, NAMES_LENGTH) if shape == "default" else []
    if values:
        return f"states {', '.join(map(inline_code, values))}"
    names = decisive_names(lines, scores, shown, NAMES_LENGTH)
    text = "\n".join(lines[own])
    of_its_own = [name for name in names if name in text]
    others = [name for name in names if name not in text]
    said = (("mentions", of_its_own), ("beside it:", others))
    return "; ".join(f"{verb} {_listed(listed)}" for verb, listed in said if listed)


def _joined(lines: Sequence[str], start: int, scores: np.ndarray) -> str:
    """The most decisive lines as one, without those that do not fit."""
    for count in range(OTHER_LINES, 0, -1):
        marked = excerpt(lines, start, scores, count).marked()
        joined = " ".join(" ".join(line.split()) for line in marked)
        if len(joined) <= OTHER_LENGTH:
            return joined
    return joined[: OTHER_LENGTH - 1] + CUT
