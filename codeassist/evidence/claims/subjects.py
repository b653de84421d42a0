"""The subject of a statement: the definitions that a sentence speaks of, and how what holds of each becomes a verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from codeassist.evidence.claims.bodies import QUOTED, last_name
from codeassist.evidence.claims.relations import Relation
from codeassist.evidence.constructors import constructor_of
from codeassist.evidence.declared import FUNCTIONS, TYPES, Declared, declared
from indexers import Index
from indexers.syntax.languages import CODE, detect
from indexers.types import Definition

MOST_DEFINITIONS = 8
"""A name with more definitions is not judged."""

MOST_BEFORE = 160
"""Characters before a statement in which its clause begins."""

NOUN = (
    r"(?:class|function|method|struct|structure|enum|enumeration|trait|interface|protocol|constant|type|property|attribute|field|"
    r"variable|constructor|decorator|exception|error|helper|hook|component|module|parameter|argument|option|setting|macro|"
    r"coroutine|record|object|dataclass|type alias|alias|base class|getter|package|file)"
)
OF = rf"(?: (?:of|in|on|from|for) (?:the )?(?:{NOUN} )?`(?P<of>[^`]+)`(?: {NOUN})?)?"
SUBJECT = (
    rf"(?:(?:[Tt]he|[Ii]ts|[Aa]n?|[Tt]his|[Bb]oth) (?:[a-z-]+ )?(?:{NOUN}s? )?|(?:[Aa]bstract |[Aa]sync )?{NOUN}s? )?{QUOTED}"
    rf"(?: {NOUN}(?!\w))?{OF}(?: itself| alone)?"
)
IS = (
    r"(?:,? which)? (?:is|are|was|remains)(?P<no> not|n['\u2019]t| never| no longer)?(?: (?:also|always|itself|actually|really|"
    r"just|simply|merely|only|indeed|still|currently|explicitly|in fact|declared(?: as)?|defined as|marked(?: as)?|"
    r"implemented as|written as|exposed as|an?|the|both|either))*"
)
DOES = r"(?:,? which)?(?: (?:also|always|only|simply|just|itself|directly|indeed|actually))*"
DENIED = r"(?: (?:(?:does|do|did) not|doesn['\u2019]t|don['\u2019]t|never)(?: (?:itself|directly|ever))?)"
AND = r"(?:, and |, or |, | and | or | nor |/|\u3001|\u548c|\u4e0e)"
LIST = rf"(?P<v>`[^`]+`(?:{AND}(?:an? |the )?`[^`]+`)*)"

_BEGINS = re.compile(
    r"(?:^|[,;:(\u2014\u2013\uff0c\u3002\uff1b]\s*|^\s*(?:[-*+]|\d+[.)])\s+|\b(?:and|but|while|whereas|because|since|so|that|then|"
    r"although|though|[Hh]ere|[Nn]ote that|hence|thus|therefore|where|of course|[Aa]lso)\s+)[*_]*$"
)
_HYPOTHETICAL = re.compile(
    r"(?i)\b(?:if|when|whenever|whether|unless|once|until|as long as|assuming|suppose|imagine|would|could|should|instead of|"
    r"rather than|like|such as|unlike|before|after)\b[^,;.]*$|\u5982\u679c|\u662f\u5426"
)


Judge = Callable[[re.Match[str], Declared, Index], bool | None]
"""What holds of a definition, by the match of a statement; None if the source does not tell."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A form of statement: its pattern, and what holds of each definition that is its subject.

    `pattern` has the groups of `SUBJECT` and may have `no`, which denies the statement. `holds` gets the match and a
    definition; None if the source does not tell. `shows` says what a definition has instead.
    """

    pattern: re.Pattern[str]
    holds: Judge
    shows: Callable[[re.Match[str], Declared, Index], str] | None = None


def facts(sentence: str, forms: Sequence[Fact], index: Index) -> Iterator[Relation]:
    """What a sentence states in one of these forms, judged by the definitions of its subject."""
    for form in forms:
        for match in form.pattern.finditer(sentence):
            if begins_clause(sentence, match.start()):
                yield judged(match, form, index)


def begins_clause(sentence: str, position: int) -> bool:
    """Whether a statement can begin at a position: a clause begins there, and it is no condition."""
    before = sentence[max(0, position - MOST_BEFORE) : position]
    return bool(_BEGINS.search(before)) and not _HYPOTHETICAL.search(before)


def judged(match: re.Match[str], form: Fact, index: Index, *, said: re.Match[str] | None = None) -> Relation:
    """Compare a statement with the definitions of its subject; `said` has what is stated where it is in another clause."""
    groups = match.groupdict()
    name = groups["x"] or groups.get("y") or ""
    found = [declared(index, d) for d in subjects(name, groups.get("of") or groups.get("within"), index)]
    values = [form.holds(said or match, it, index) for it in found] if len(found) <= MOST_DEFINITIONS else []
    denied = bool(groups.get("no") or groups.get("not"))
    wrong = verdict(values, denied=denied)
    there = form.shows(match, found[0], index) if wrong and form.shows is not None else ""
    return Relation(match[0].strip(), wrong, tuple(it.definition for it in found), there)


def verdict(values: list[bool | None], *, denied: bool) -> bool | None:
    """Whether a statement is wrong of all definitions it may be about; None if one of them does not tell."""
    wanted = not denied
    if wanted in values:
        return False
    return True if values and None not in values else None


def subjects(name: str, owner: str | None, index: Index) -> list[Definition]:
    """The definitions in code that a name means: inside its owner when that is known, without tests when there are others."""
    last = last_name(name)
    found = [d for d in index.definitions(last, 50) if d.name == last and detect(d.path).role == CODE and d.kind != "section"]
    if owner is None and (match := re.match(r"(?:[A-Za-z_]\w*(?:\.|::|#))*([A-Za-z_]\w*)(?:\.|::|#)(?=\w+)", name)):
        owner = match[1]
    if owner is not None and not re.search(r"[/\s]", owner):
        inside = last_name(owner)
        named = [d for d in found if f".{inside}." in f".{d.qualified_name}"]
        found = named if named or any(d.name == inside for d in index.definitions(inside, 5)) else found
    elif owner is not None:
        found = [d for d in found if d.path.endswith(owner)]
    return _preferred(found)


def _preferred(found: list[Definition]) -> list[Definition]:
    found = [d for d in found if not d.is_test] or found
    major = [d for d in found if d.kind in FUNCTIONS | TYPES]
    return major or [d for d in found if d.kind != "impl"]


def signature_of(it: Declared, index: Index) -> Declared | None:
    """What has the parameters: a function itself, of a class its constructor; None if it has none that is known."""
    holder = constructor_of(index, it.definition)
    if holder is None or holder.kind not in FUNCTIONS | {"class", "struct", "record"}:
        return None
    return it if holder == it.definition else declared(index, holder)


def names_in(text: str) -> list[str]:
    """The last names of the spans in a list such as "`a`, `b` and `c`"."""
    return [last_name(span) for span in re.findall(r"`([^`]+)`", text)]
