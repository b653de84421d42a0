"""What identifies values of the standard library that have no literal: patterns, matches, streams, nodes, requests."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

Part = tuple[str, Callable[[Any], Any]]
"""An expression in which `{v}` stands for the value, and the function that computes it."""

_DEFAULT_FLAGS: dict[type, int] = {str: int(re.UNICODE), bytes: 0}


def _attributes(*names: str) -> tuple[Part, ...]:
    return tuple((f"{{v}}.{name}", operator.attrgetter(name)) for name in names)


def _calls(*names: str) -> tuple[Part, ...]:
    return tuple((f"{{v}}.{name}()", operator.methodcaller(name)) for name in names)


_TEXT: tuple[Part, ...] = (("str({v})", str),)
_VARIABLES: tuple[Part, ...] = (("vars({v})", vars),)

PARTS: dict[tuple[str, str], tuple[Part, ...]] = {
    ("re", "Pattern"): _attributes("pattern", "flags"),
    ("re", "Match"): _calls("group", "groups", "span"),
    ("io", "StringIO"): _calls("getvalue"),
    ("io", "BytesIO"): _calls("getvalue"),
    ("_io", "StringIO"): _calls("getvalue"),
    ("_io", "BytesIO"): _calls("getvalue"),
    ("datetime", "datetime"): _calls("isoformat"),
    ("datetime", "time"): _calls("isoformat"),
    ("datetime", "tzinfo"): _TEXT,
    ("functools", "partial"): _attributes("func", "args", "keywords"),
    ("argparse", "Namespace"): _VARIABLES,
    ("types", "SimpleNamespace"): _VARIABLES,
    ("builtins", "mappingproxy"): (("dict({v})", dict),),
    ("builtins", "memoryview"): _calls("tobytes"),
    ("builtins", "BaseException"): (*_attributes("args"), *_TEXT),
    ("array", "array"): _calls("tolist"),
    ("inspect", "Signature"): _TEXT,
    ("logging", "Logger"): _attributes("name", "level"),
    ("xml.etree.ElementTree", "Element"): (*_attributes("tag", "attrib", "text"), ("len({v})", len)),
    ("email.message", "Message"): _calls("items", "get_payload"),
    ("urllib.request", "Request"): (*_attributes("full_url", "data", "headers"), *_calls("get_method")),
    ("http.cookies", "BaseCookie"): _calls("output"),
    ("configparser", "RawConfigParser"): _calls("sections", "defaults"),
    ("collections", "UserDict"): _attributes("data"),
    ("collections", "UserList"): _attributes("data"),
    ("collections", "ChainMap"): _attributes("maps"),
    **{("ipaddress", f"IPv{version}{kind}"): _TEXT for version in "46" for kind in ("Address", "Network", "Interface")},
}
"""By the module and name of a class: parts that say what a value is. Those of a base class hold for its subclasses."""


def parts_of(value: object) -> list[tuple[str, Any]]:
    """(expression, value) of each part; empty for values of other classes. May raise what a subclass raises."""
    for cls in type(value).__mro__:
        if parts := PARTS.get((cls.__module__, cls.__name__)):
            found = [(text, compute(value)) for text, compute in parts]
            return [(text, part) for text, part in found if not _is_usual(value, text, part)]
    return []


def _is_usual(value: object, text: str, part: Any) -> bool:
    """Whether a part is what nearly every such value has, so that it says nothing."""
    if isinstance(value, re.Pattern) and text == "{v}.flags":
        return bool(part == _DEFAULT_FLAGS[type(value.pattern)])
    return text in ("{v}.keywords", "{v}.data", "{v}.headers") and not part
