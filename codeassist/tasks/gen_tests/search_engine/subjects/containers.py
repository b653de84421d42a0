"""What containers contain and callables take, by annotations: lists of strings, of objects, functions of two parameters."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Sequence

_CONTAINER = re.compile(
    r"\b(?P<kind>[Ll]ist|Sequence|MutableSequence|Iterable|Iterator|Generator|Collection|[Tt]uple|[Ss]et|[Ff]rozen[Ss]et|AbstractSet)"
    r"\[\s*(?:Optional\[|Union\[)?['\"]?(?:[\w]+\.)*(?P<item>\w+)"
)
_MAPPING = re.compile(
    r"\b(?:[Dd]ict|Mapping|MutableMapping)\[\s*str\s*,\s*(?:Optional\[|Union\[)?['\"]?(?:[\w]+\.)*(?P<item>\w+)"
)
_ITEMS = ("str", "int", "float", "bool", "bytes", "date", "datetime", "dict")
_PARTS = re.compile(
    r"\b([Dd]ict|defaultdict|OrderedDict|Mapping|MutableMapping|[Ll]ist|Sequence|MutableSequence|Iterable|Iterator|Generator|"
    r"Collection|[Tt]uple|[Ss]et|[Ff]rozen[Ss]et|AbstractSet)\[[^\[\]]*\]"
)


def element_kinds(annotation: str, classes: Sequence[str]) -> tuple[str, list[str]]:
    """The annotation without containers whose items are known, and their kinds: `list:str`, `iter:obj:Event`, `dict:int`."""
    kinds: list[str] = []
    position = 0
    while "Callable" not in annotation:
        matches = [m for pattern in (_MAPPING, _CONTAINER) if (m := pattern.search(annotation, position))]
        if not matches:
            break
        match = min(matches, key=lambda m: m.start())  # the outer one of two
        item = _nested(annotation, match.start("item"), classes) or _item(match["item"], classes)
        position = match.end()
        if item:
            kinds.append(f"{_container(match.groupdict().get('kind') or 'dict')}:{item}")
            annotation = annotation[: match.start()] + "_" + annotation[_closing(annotation, match.start()) :]
            position = match.start()
    return annotation, list(dict.fromkeys(kinds))


def _nested(annotation: str, start: int, classes: Sequence[str]) -> str:
    """The kind of items that are containers themselves: `list:int` in `tuple[list[int], ...]`; "" if theirs are not known."""
    match = _CONTAINER.match(annotation, start) or _MAPPING.match(annotation, start)
    if match is None:
        return ""
    inner = annotation[start : _closing(annotation, start)]
    is_row = (match.groupdict().get("kind") or "").lower() == "tuple" and "," in inner and "..." not in inner
    return "" if is_row else next(iter(element_kinds(inner, classes)[1]), "")


def without_items(annotation: str) -> str:
    """The annotation without the types of containers' items: `Optional[dict[str, list[int]]]` as `Optional[dict]`."""
    shorter = _PARTS.sub(r"\1", annotation)
    return annotation if shorter == annotation else without_items(shorter)


def _closing(text: str, start: int) -> int:
    """The position after the bracket that closes the first one from `start`."""
    depth = 0
    for position in range(text.index("[", start), len(text)):
        depth += (text[position] == "[") - (text[position] == "]")
        if depth == 0:
            return position + 1
    return len(text)


def _item(name: str, classes: Sequence[str]) -> str:
    return name if name in _ITEMS else f"obj:{name}" if name in classes else ""


def _container(name: str) -> str:
    name = name.lower()
    if name == "dict":
        return name
    if name in ("iterable", "iterator", "generator"):
        return "generator" if name == "generator" else "iter"
    return name if name in ("tuple", "set") else "set" if "set" in name else "list"


def written(container: str, item: Callable[[], str], count: int) -> str:
    """A container as source text with `count` items."""
    items = [item() for _ in range(count)]
    if container == "dict":
        return "{" + ", ".join(f"{key!r}: {value}" for key, value in zip("abcdef", items, strict=False)) + "}"
    if container == "tuple":
        return of_parts(items)
    if container == "set":
        return f"{{{', '.join(dict.fromkeys(items))}}}" if items else "set()"
    listed = f"[{', '.join(items)}]"
    return f"(item for item in {listed})" if container == "generator" else listed


def of_parts(items: Sequence[str]) -> str:
    """A tuple as source text of given items."""
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def of_size(texts: Sequence[str], size: int) -> Sequence[str]:
    """The lists and tuples among some values in source text that have `size` items; where there are none, all values."""
    return [t for t in texts if size and _length(t) == size] or texts


@functools.cache
def _length(text: str) -> int:
    node = ast.parse(text, mode="eval").body
    return len(node.elts) if isinstance(node, (ast.List, ast.Tuple)) else 0
