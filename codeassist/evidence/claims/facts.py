"""What a sentence says a definition is: asynchronous, a property, abstract, a subclass, an enum, public."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable

from codeassist.evidence import declared as source
from codeassist.evidence.claims.bodies import QUOTED, last_name
from codeassist.evidence.claims.subjects import DENIED, DOES, IS, LIST, NOUN, SUBJECT, Fact, Judge, names_in
from codeassist.evidence.declared import Declared
from indexers import Index
from indexers.types import Definition

MOST_TYPES = 60
"""Maximum types that are looked at for the bases of one."""

Holds = Callable[[Declared], bool | None]

_END = rf"(?![\w-]| (?:method|variable|attribute|to|for|between)\b)(?: (?:of|on|in) (?:the )?(?:{NOUN} )?`(?P<within>[^`]+)`)?"
_STOP = (
    r"(?=\s*(?:[.,;:!)\uff0c\u3002]|$)| (?:and|but|or|so|because|since|that|which|with|in|on|as|while|whereas|rather|instead|"
    r"not|although)\b)"
)
"""Where a noun ends, with the owner that may follow it, and where an adjective ends that is the whole predicate."""

_KINDS = {
    "class": "class",
    "function": "function method",
    "method": "method constructor",
    "struct": "struct",
    "structure": "struct",
    "enum": "enum",
    "enumeration": "enum",
    "trait": "trait",
    "interface": "interface",
    "type alias": "type",
    "alias": "type",
    "constant": "constant",
    "macro": "macro",
    "constructor": "constructor",
}
"""The kinds of definitions that a noun means."""

_SAID_BY_SOURCE = {"enum": r"Enum\b", "interface": r"Protocol\b|ABC\b", "constant": r"\b(?:const|final|static|val)\b"}
"""What in the head of a definition makes the noun true although its kind is another."""

_TYPE_IS_ALIAS = frozenset({"typescript", "tsx", "python", "rust", "kotlin", "scala", "swift"})
"""Languages in which a type by another name is no class."""

_CHINESE = {
    "async": rf"{QUOTED}\s*(?P<no>\u4e0d)?\u662f(?:\u4e00\u4e2a)?(?:\u534f\u7a0b|\u5f02\u6b65)",
    "generator": rf"{QUOTED}\s*(?P<no>\u4e0d)?\u662f(?:\u4e00\u4e2a)?\u751f\u6210\u5668",
    "property": rf"{QUOTED}\s*(?P<no>\u4e0d)?\u662f(?:\u4e00\u4e2a)?(?:\u53ea\u8bfb)?\u5c5e\u6027",
    "abstract": rf"{QUOTED}\s*(?P<no>\u4e0d)?\u662f(?:\u4e00\u4e2a)?\u62bd\u8c61",
    "class method": rf"{QUOTED}\s*(?P<no>\u4e0d)?\u662f(?:\u4e00\u4e2a)?\u7c7b\u65b9\u6cd5",
    "static": rf"{QUOTED}\s*(?P<no>\u4e0d)?\u662f(?:\u4e00\u4e2a)?\u9759\u6001",
    "base": rf"{QUOTED}\s*(?P<no>\u5e76?\u6ca1\u6709|\u5e76?\u4e0d)?(?:\u76f4\u63a5)?"
    r"(?:\u7ee7\u627f\u81ea?|\u6d3e\u751f\u81ea|\u5b9e\u73b0\u4e86?|\u6269\u5c55\u4e86?)(?:\u7c7b|\u63a5\u53e3)?"
    rf"\s*{LIST}",
}


def _is(predicate: str, judge: Holds) -> Fact:
    return Fact(re.compile(rf"{SUBJECT}{IS} {predicate}"), lambda _, it, __: judge(it))


def _states(judge: Judge, predicate: str) -> Fact:
    return Fact(re.compile(rf"{SUBJECT}{predicate}"), judge)


def _plain(it: Declared) -> bool | None:
    """Whether something is a function or method without anything special."""
    special = (source.is_property(it), source.is_async(it), source.is_generator(it))
    return False if any(special) else True if it.is_function and special[0] is not None else None


def _opposite(judge: Holds) -> Holds:
    def opposite(it: Declared) -> bool | None:
        value = judge(it)
        return None if value is None else not value

    return opposite


def _is_kind(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a definition is what a noun says; None for a kind that the noun may or may not mean."""
    noun, kind = match["kind"].lower(), it.definition.kind
    wanted = _KINDS[noun].split()
    if noun in ("method", "function") and source.is_property(it):
        return False if it.language != "python" else None
    if kind in wanted or (noun in _SAID_BY_SOURCE and re.search(_SAID_BY_SOURCE[noun], it.head)):
        return True
    if kind in ("variable", "field", "property", "impl", "module", "record", "object"):
        return None
    return (
        None
        if noun == "constructor" or (noun == "class" and kind in ("struct", "type") and it.language not in _TYPE_IS_ALIAS)
        else False
    )


def _has_base(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    """Whether a class has every named type among its bases, directly or not; None if an unknown base may have it."""
    values = [inherits(it, name, index) for name in names_in(match["v"])]
    return False if False in values else None if None in values else True


def inherits(it: Declared, base: str, index: Index, seen: set[tuple[str, int]] | None = None) -> bool | None:
    """Whether a type inherits from or implements another; None for a definition that is no type or has unknown bases.

    `seen` are the places of the types that were looked at before; each is looked at once.
    """
    seen = set() if seen is None else seen
    seen.add((it.definition.path, it.definition.line))
    if it.language == "rust":
        return _implements(it.definition, base, index)
    if it.definition.kind == "type" and it.language in ("typescript", "tsx"):
        return True if re.search(rf"(?<!\w){re.escape(base)}(?!\w)", it.text) else None if "&" in it.text else False
    bases = source.bases_of(it)
    if bases is None or it.language in ("c", "go") or len(seen) > MOST_TYPES:
        return True if bases and base in map(last_name, bases) else None
    unknown = False
    for name in map(last_name, bases):
        if name == base:
            return True
        known = [
            d for d in index.definitions(name, 6) if d.name == name and d.kind in source.TYPES | {"type"} and d != it.definition
        ]
        new = [d for d in known if (d.path, d.line) not in seen]
        values = [inherits(source.declared(index, d), base, index, seen) for d in new]
        if True in values or _builtin_base(name, base):
            return True
        unknown |= None in values or (not known and not _may_not_have(name, base, index))
    return None if unknown else False


def _implements(definition: Definition, trait: str, index: Index) -> bool | None:
    """Whether a block implements a trait of Rust for a type, or an attribute derives it."""
    same = [d for d in index.definitions(definition.name, 50) if d.name == definition.name]
    wanted = rf"\bimpl\b[^{{]*\b{re.escape(trait)}\b(?:<[^{{]*>)?\s+for\b"
    if any(d.kind == "impl" and re.search(wanted, d.signature) for d in same):
        return True
    derived = re.findall(r"#\[derive\(([^)]*)\)", source.declared(index, definition).leading)
    if trait in re.findall(r"\w+", " ".join(derived)):
        return True
    return False if definition.kind in source.TYPES else None


def _builtin_base(name: str, base: str) -> bool:
    one, other = getattr(builtins, name, None), getattr(builtins, base, None)
    return isinstance(one, type) and isinstance(other, type) and issubclass(one, other)


def _may_not_have(name: str, base: str, index: Index) -> bool:
    """Whether a base from elsewhere cannot be a subclass: one of the language, or the other is a type of the repository."""
    if isinstance(getattr(builtins, name, None), type):
        return True
    return name in ("ABC", "Protocol", "Generic") or any(d.kind in source.TYPES for d in index.definitions(base, 3))


def _derives(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    if it.language != "rust" or it.definition.kind not in source.TYPES:
        return None
    derived = set(re.findall(r"\w+", " ".join(re.findall(r"#\[derive\(([^)]*)\)", it.leading))))
    return set(names_in(match["v"])) <= derived


def _is_decorated(match: re.Match[str], it: Declared, index: Index) -> bool | None:
    if not (it.is_function or it.is_type):
        return None
    wanted = re.sub(r"^[@#\[]+|\(.*|\]$", "", match["v"])
    return any(name == wanted or name.endswith(f".{wanted}") or wanted.endswith(f".{name}") for name in it.decorators)


def _is_data_class(it: Declared) -> bool | None:
    if not it.is_type:
        return None
    if it.language == "python":
        return any(name.rpartition(".")[2] == "dataclass" for name in it.decorators)
    return "data" in it.modifiers if it.language == "kotlin" else None


def _is_context_manager(it: Declared) -> bool | None:
    if it.language != "python":
        return None
    if it.is_function:
        return any("contextmanager" in name for name in it.decorators) or None
    return True if re.search(r"def __a?enter__", it.text) else None


_JUDGES: dict[str, Holds] = {
    "async": source.is_async,
    "generator": source.is_generator,
    "property": source.is_property,
    "abstract": source.is_abstract,
    "class method": source.is_class_method,
    "static": source.is_static,
}


def _chinese(name: str, pattern: str) -> Fact:
    judge = _JUDGES.get(name)
    return Fact(re.compile(pattern), _has_base if judge is None else lambda _, it, __: judge(it))


_ANYTHING = "(?:function|method|member|class|struct|enum|trait|type|helper|constant|field)"
_CALLABLE_END = rf"{_STOP}| {_ANYTHING}{_END.replace('?P<within>', '')}"
_COROUTINE = r"(?:`async def`|(?:native )?coroutines?)(?: functions?| methods?)?"
_PROPERTY = r"(?:(?:read-only|cached|computed|lazy) )*(?:property|getter|accessor|`@?property`)(?: method)?"
_ADJECTIVES = "(?:(?:generic|simple|plain|small|public|private|base|abstract|final) )*"
_NOT = rf"(?P<no>{DENIED})?"
_BELOW = "(?:(?:direct|indirect) )?(?:(?:sub|child|derived) ?(?:class|type)|specialization|implementation)"
_EXTENDS = "(?:extends?|subclass(?:es)?|implements?)"
_SUPER = r"(?:base |parent |super ?|child |sub ?)?(?:class|type|interface)? ?"
FACTS: list[Fact] = [
    _is(rf"(?:`?async(?:hronous)?`?(?:{_CALLABLE_END})|{_COROUTINE}{_END})", source.is_async),
    _is(rf"(?:synchronous|sync)(?:{_CALLABLE_END})", _opposite(source.is_async)),
    _is(rf"(?:async(?:hronous)? )?generators?(?: functions?| methods?)?{_END}", source.is_generator),
    _is(rf"{_PROPERTY}{_END}", source.is_property),
    _is(rf"(?:regular|ordinary|normal|plain|usual) (?:instance )?(?:methods?|functions?){_END}", _plain),
    _is(rf"(?:class ?method|`@?classmethod`){_END}", source.is_class_method),
    _is(rf"(?:`?static`?(?:{_CALLABLE_END})|static ?method{_END}|`@?staticmethod`)", source.is_static),
    _is(rf"`?abstract`?(?:{_STOP}|(?: base| super)? (?:class|method|function|property){_END})", source.is_abstract),
    _is(rf"(?:frozen )?(?:data ?class|`@?(?:dataclasses\.)?dataclass`){_END}", _is_data_class),
    _is(rf"(?:async(?:hronous)? )?context manager{_END}", _is_context_manager),
    _is(rf"(?:public|exported)(?:{_CALLABLE_END})", source.is_public),
    _is(rf"(?:private|unexported|internal)(?:{_CALLABLE_END})", _opposite(source.is_public)),
    _states(_is_kind, rf"{IS} {_ADJECTIVES}(?P<kind>{'|'.join(_KINDS)}){_END}"),
    _states(_is_decorated, rf"{IS} (?:decorated|annotated|wrapped) (?:with|by) (?:the )?`(?P<v>@?#?\[?\w[^`]*)`"),
    _states(
        _is_decorated,
        rf"{DOES}{_NOT} (?:carr(?:y|ies)|has|have|bears?) the (?:decorator|annotation|attribute) `(?P<v>[@#][^`]*)`",
    ),
    _states(_has_base, rf"{IS} {_BELOW} of (?:the )?{_SUPER}{LIST}"),
    _states(
        _has_base,
        rf"(?:{IS} derived|{DOES}(?P<not>{DENIED})? (?:inherits?|derives?)) (?:directly |only )?from (?:the )?{_SUPER}{LIST}",
    ),
    _states(_has_base, rf"{DOES}{_NOT} {_EXTENDS} (?:both )?(?:the )?{_SUPER}{LIST}"),
    _states(_derives, rf"{DOES}{_NOT} derives? (?:the )?(?:traits? )?{LIST}"),
    *(_chinese(name, pattern) for name, pattern in _CHINESE.items()),
]

ELLIPSIS = re.compile(rf"(?:,? (?:and|but|while|whereas)) {SUBJECT} (?:is|does|has)(?P<no> not|n['\u2019]t)(?=[.,;]|$)")
"""A statement that denies what was said before it: `a` is async, but `b` is not."""

__all__ = ["ELLIPSIS", "FACTS", "inherits"]
