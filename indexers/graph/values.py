"""What an expression stands for, and the types and results that signatures state."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexers.types import Definition


@dataclass(frozen=True, slots=True)
class Value:
    """The value of an expression.

    `kind` is class, instance, function, super (each with its `definition`), module (`paths`), list (`element`: what indexing
    and iterating give), outside, unknown, or local: a variable of a function whose
    value is unknown, so no definition of the repository.
    """

    kind: str
    definition: Definition | None = None
    paths: tuple[str, ...] = ()
    element: Value | None = None


OUTSIDE, UNKNOWN, LOCAL = Value("outside"), Value("unknown"), Value("local")

_FIRST = frozenset(
    "Optional Annotated Final ClassVar Promise Awaitable Coroutine Readonly Partial Required NonNullable Ref InitVar "
    "CompletableFuture Future".split()
)
_LISTS = frozenset(
    "list List Sequence MutableSequence Iterable Iterator AsyncIterator AsyncIterable Generator AsyncGenerator set Set "
    "frozenset FrozenSet tuple Tuple Collection deque Deque Array ReadonlyArray ArrayList LinkedList Stream Queue "
    "ContextManager AbstractContextManager".split()
)
_MAPS = frozenset("dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict Map HashMap Record ReadonlyMap".split())
_ANYTHING = frozenset("Any object any unknown T K V E Self this Object interface{} never typing.Any t.Any".split())
_NOTHING = frozenset("None null undefined NoneType void".split())
_OUTER = re.compile(r"([\w.]+)(?:[\[<](.*)[\]>])?$", re.DOTALL)
_RETURNS_SELF = frozenset({"Self", "this"})


@dataclass(frozen=True, slots=True)
class Type:
    """A type in a signature: the dotted `name` of a class, or a list of `element`; no name means that it can be anything.

    `is_class`: the class itself (`type[Order]`).
    """

    name: str = ""
    element: Type | None = None
    is_class: bool = False


def read_type(text: str) -> Type:
    """The type that a source text without spaces and quotes states."""
    text = text.strip(" ?*&.").removeprefix("readonly")
    parts = [part for part in split(text, "|") if part not in _NOTHING]
    if len(parts) != 1:
        return next((found for found in map(read_type, parts) if found.name[:1].isupper()), Type())
    text = parts[0]
    if text.endswith("[]"):
        return Type(element=read_type(text[:-2]))
    if text.startswith("[]"):
        return Type(element=read_type(text[2:]))
    if text.startswith("map["):
        return Type(element=read_type(text.partition("]")[2]))
    match = _OUTER.match(text)
    if not match or text in _ANYTHING:
        return Type(name="Self") if text in _RETURNS_SELF else Type()
    name, inner = match[1], match[2]
    last = name.rpartition(".")[2]
    if inner:
        arguments = split(inner, ",")
        if last in _FIRST:
            return read_type(arguments[-1] if last == "Coroutine" else arguments[0])
        if last in _LISTS:
            return Type(element=read_type(arguments[0]))
        if last in _MAPS:
            return Type(element=read_type(arguments[-1]))
        if last in ("type", "Type", "Class"):
            return Type(read_type(arguments[0]).name, is_class=True)
    elif last in _LISTS or last in _MAPS:
        return Type(element=Type())
    return Type(name)


def split(text: str, separator: str) -> list[str]:
    """The parts of a text between separators that are in no brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "[<({") - (character in "]>)}")
        if character == separator and not depth:
            parts.append(text[start:position])
            start = position + 1
    return [part for part in (*parts, text[start:]) if part]


def result_type(definition: Definition) -> str | None:
    """The text of the result type that a signature states, without spaces; None when it states none."""
    signature = definition.signature
    if definition.language == "python":
        _, arrow, text = signature.rpartition("->")
        return _bare(text) if arrow else None
    if definition.language == "java":
        before = re.match(
            rf"(?:@\w+(?:\([^)]*\))?\s+|[a-z]+\s+|<[^>]*>\s+)*?((?:[\w.]+(?:<.*>)?(?:\[\])*))\s+{re.escape(definition.name)}\s*\(",
            signature,
        )
        return _bare(before[1]) if before else None
    if definition.language == "go":
        method = re.match(r"func\s*\([^)]*\)", signature)
        rest = signature[method.end() :] if method else signature
        opening = rest.find("(")
        end = _closed(rest, opening)
        return _bare(_first_result(rest[end:].strip())) or None if end > 0 else None
    opening = signature.find("(")
    end = _closed(signature, opening)
    match = re.match(r"\s*:\s*(.+)", signature[end:]) if end > 0 else None
    return _bare(match[1].removesuffix("=>")) if match else None


def _first_result(text: str) -> str:
    """The type of the first of Go's results: `(r *T, err error)`, `(a, b T)`, `(T, error)` and `T` all give T."""
    if not text.startswith("("):
        return text
    parts = [part.strip() for part in split(text[1 : _closed(text, 0) - 1], ",")]
    named = next((part for part in parts if re.match(r"(?!(?:chan|func|map|struct|interface)\b)\w+\s", part)), None)
    return named.partition(" ")[2] if named is not None else parts[0] if parts else ""


def _closed(text: str, opening: int) -> int:
    """The position behind the bracket that closes the one at `opening`, or -1."""
    depth = 0
    for position in range(max(0, opening), len(text)):
        depth += (text[position] in "([{") - (text[position] in ")]}")
        if not depth:
            return position + 1
    return -1


def _bare(text: str) -> str:
    return re.sub(r"[\s\"'*&]", "", text)
