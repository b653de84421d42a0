"""What a sentence says of the parameters, defaults, result, members and value of a definition, compared with its source."""

from __future__ import annotations

import re
from collections.abc import Callable

from codeassist.evidence.blocks import Block
from codeassist.evidence.claims.arity import number
from codeassist.evidence.claims.bodies import without_comments
from codeassist.evidence.claims.relations import contradicted
from codeassist.evidence.claims.subjects import Judge, names_in, signature_of
from codeassist.evidence.claims.terms import Cited
from codeassist.evidence.declared import TYPES, Declared, is_generator, result_of, returns_value
from codeassist.evidence.members import count_of, defines_member, has_member, type_of_field
from codeassist.evidence.parameters import defaults_of, parameters_of
from codeassist.evidence.stated_values import is_known_type, is_other_type, is_other_value, is_type_of, same_value
from indexers import Index

_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_OPEN = re.compile(r"^\*\*?|^\.\.\.|\.\.\.|^params\b|\bvararg\b|^[{\[]|[Oo]pt(?:ion)?s\b|[Cc]onfig\b|[Kk]wargs")
_CONSTANT = re.compile(r"\b(?:const|final|val|readonly)\b|^\s*[A-Z][A-Z\d_]+\b")
_NAME = re.compile(r"[#$A-Za-z_][\w$]*")
_FIRST_TYPE = frozenset({"java", "csharp", "c", "cpp", "php"})


def stated_value(match: re.Match[str]) -> str:
    """The value in one of the forms of `VALUE`."""
    return match["v"] or match["n"] or match["q"] or match["b"] or ""


def _names(it: Declared, index: Index) -> list[tuple[str, str]] | None:
    """(name, text) of each parameter of a function or constructor; None if they are not known."""
    holder = signature_of(it, index)
    known = parameters_of(index, it.definition) if holder is not None else None
    if known is None:
        return None
    found = []
    for text, _ in known[1]:
        bare = re.split(r"=(?!>)", text, maxsplit=1)[0]
        before = bare if it.language in _FIRST_TYPE else re.split(r":(?!:)", bare, maxsplit=1)[0]
        names = _NAME.findall(before)
        name = (names[0] if it.language == "go" else names[-1]) if names else text
        found.append((name.lstrip("$"), text))
    return found


def has_default(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a parameter or attribute of a function or class has the stated default."""
    value, name = stated_value(match), match["p"]
    for default in defaults_of(index, it.definition) if signature_of(it, index) else ():
        if default.name == name:
            same = same_value(value, default.value)
            return same if same is not None or not is_other_value(value, default.value) else False
    code = without_comments(it.text)
    block = Block(1, it.definition.path, it.definition.line, it.definition.end_line, it.language, code)
    wrong = contradicted(name, value, Cited((block,), index.root))
    if wrong is None and (names := _names(it, index)) and name in dict(names):
        return False  # a parameter without a default
    return None if wrong is None else not wrong


def _shown_default(match: re.Match[str], it: Declared, index: Index) -> str:
    """A default as the source has it; "" if that is not in a list of parameters."""
    found = (d for d in defaults_of(index, it.definition) if d.name == match["p"])
    place = f"{it.definition.path}:{it.definition.line}"
    without = (f"{place}: {text} has no default" for name, text in _names(it, index) or () if name == match["p"])
    return next((f"{d.definition.path}:{d.line}: {d.name} = {d.value}" for d in found), next(without, ""))


def _shown_count(match: re.Match[str], it: Declared, index: Index) -> str:
    return f"{it.definition.path}:{it.definition.line}: {it.definition.qualified_name} has {count_of(it, match['what'], index)}"


def has_parameters(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a function or constructor has every named parameter."""
    names = _names(it, index)
    if names is None:
        return None
    wanted = names_in(match["v"])
    if all(name in dict(names) for name in wanted):
        return True
    return None if any(_OPEN.search(text) or _OPEN.search(name) for name, text in names) else False


def has_no_parameters(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether nothing can be given to a function; "does not take any" is a denial of having some."""
    names = _names(it, index)
    if names is None or it.language == "swift":
        return None
    return bool(names) if match.groupdict().get("no") else not names


def is_nth(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a parameter stands at the stated place."""
    names, position = _names(it, index), _ORDINALS[match["nth"].lower()]
    if not names:
        return None
    return bool(-1 <= position < len(names)) and names[position][0] == match["p"]


def has_type(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a parameter or field has the stated type."""
    written = None
    for name, text in _names(it, index) or ():
        if name == match["p"]:
            bare = re.split(r"=(?!>)", text, maxsplit=1)[0]
            written = (
                re.split(r":(?!:)", bare, maxsplit=1)[-1]
                if ":" in bare
                else re.sub(rf"(?<!\w)\$?{re.escape(name)}(?!\w)", "", bare, count=1)
            )
    if written is None or not written.strip():
        written = type_of_field(it, match["p"]) if it.definition.kind in TYPES else None
    return _fits(match["t"], written, index)


def _fits(claimed: str, written: str | None, index: Index) -> bool | None:
    if not written:
        return None
    return True if is_type_of(claimed, written) else False if is_other_type(claimed, written, index) else None


def returns(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a function has the stated result."""
    written = result_of(it)
    return False if written == "" else _fits(match["t"], written, index)


def returns_type(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a function has the named type as its result; None for what is no type, such as a variable."""
    is_type = is_known_type(match["t"]) or any(d.kind in TYPES for d in index.definitions(match["t"], 3))
    return returns(match, it, index) if is_type else None


def returns_itself(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a method returns its object; None unless the result is stated."""
    written = result_of(it)
    if written is None:
        return None
    if re.search(r"\b(?:this|Self)\b", written):
        return True
    return False if is_type_of("nothing", written) else None


def returns_word(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a function returns nothing, or a type that is named by an ordinary word."""
    word, written = (match["w"] or match["w2"]).lower().strip("`"), result_of(it)
    if word not in ("nothing", "none", "undefined", "void", "null", "nil"):
        return _fits(word, written, index)
    if written is None:
        value = returns_value(it)
        if value is None or is_generator(it) or (value and word != "nothing"):
            return None  # one of several results may be nothing
        return not value
    bare = re.sub(r"\b(?:Promise|Awaitable|Task|Future|Coroutine)\b", "", written)
    if is_type_of("nothing", bare):
        return True if word != "nothing" or not re.search(r"[|?]|Optional", bare) else None
    return it.language == "go" and not written


def has_members(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a type has every named member."""
    if not it.is_type:
        return None
    values = [has_member(it, name, index) for name in names_in(match["v"])]
    return False if False in values else None if None in values else True


def is_count(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a type has as many variants, fields or methods."""
    count = count_of(it, match["what"], index)
    return None if count is None else count == number(match["count"])


def overrides(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a class defines every named method itself."""
    values = [defines_member(it, name) for name in names_in(match["v"])]
    return False if False in values else None if None in values or not values else True


def has_value(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a constant has the stated value."""
    if it.definition.kind != "constant" and not _CONSTANT.search(it.definition.signature.partition("=")[0]):
        return None
    written = re.split(r"(?<![=!<>:])=(?![=>])", it.definition.signature, maxsplit=1)
    if len(written) == 1:
        return None
    value, there = stated_value(match), written[1].strip().rstrip(";,")
    same = same_value(value, there)
    return same if same is not None else False if is_other_value(value, there) else None


SHOWS: dict[Judge, Callable[[re.Match[str], Declared, Index], str]] = {has_default: _shown_default, is_count: _shown_count}
"""What is shown where a statement is wrong, if not the head of the definition."""
