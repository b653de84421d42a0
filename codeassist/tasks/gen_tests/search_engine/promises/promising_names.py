"""What the names of functions promise: an inverse, that a second call changes nothing."""

from __future__ import annotations

import re

INVERSES = (
    ("encode", "decode"),
    ("dumps", "loads"),
    ("serialize", "deserialize"),
    ("pack", "unpack"),
    ("compress", "decompress"),
    ("escape", "unescape"),
    ("quote", "unquote"),
    ("encrypt", "decrypt"),
    ("marshal", "unmarshal"),
    ("flatten", "unflatten"),
    ("hexlify", "unhexlify"),
    ("freeze", "thaw"),
)
"""Pairs of words in names where the second operation undoes the first."""


IDEMPOTENT = re.compile(
    r"(?:^|_)(?:normali[sz]e|canonical(?:i[sz]e)?|slugify|dedupe|deduplicate|sanitize|collapse|squeeze)(?:_|$|d$)"
)


def in_snake_case(name: str) -> str:
    """`toJson` as `to_json`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def inverses_of(name: str) -> set[str]:
    """The names of functions that undo a function of this name."""
    words = name.split("_")
    return {
        "_".join([*words[:n], inverse, *words[n + 1 :]])
        for n, word in enumerate(words)
        for forward, inverse in INVERSES
        if word == forward
    }
