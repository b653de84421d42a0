"""Names that need more than a look at the definitions: members of foreign types, flags of a command line."""

from __future__ import annotations

import re

from codeassist.evidence.claims.names import exists
from indexers import Index
from indexers.files.decoding import read_lines

MOST_USES = 60
FLAG = re.compile(r"(?P<flag>--[A-Za-z][\w-]*)(?:[ =][^`]*)?")
_TOOLS = re.compile(
    r"(?<![\w./-])(?:pip3?|pytest|npm|npx|yarn|pnpm|git|docker|make|cargo|go|mvn|gradle|python3?|node|curl|uv|poetry|tox|ruff|mypy|"
    r"dotnet|bundle|composer|rustc|gcc|clang|java|ssh|rsync|tar|sudo)(?![\w./-])"
)
"""Programs whose flags a text may mention: those are not declared in the repository."""

_DENIES = re.compile(r"\b(?:no|not|never|without|removed|dropped|lacks?|missing|instead)\b|n['\u2019]t\b", re.IGNORECASE)


def receivers_instead(owner: str, member: str, index: Index) -> str:
    """Where and how the repository calls a member, if it has no type `owner` at all and calls it on other types only; "" else.

    Such as "Mac.getInstance at a/Hash.kt:12" for `MessageDigest` and `getInstance`.
    """
    if not owner[:1].isupper() or exists(index, owner) or index.defines(member):
        return ""
    called = re.compile(rf"([A-Za-z_][\w.]*)\s*(?:\.|::)\s*{re.escape(member)}\b")
    for use in index.callers(member, MOST_USES):
        match = called.search(read_lines(index.root, use.path, use.line, use.line))
        if match is not None and match[1].rpartition(".")[2][:1].isupper():
            return f"{match[1]}.{member} at {use.path}:{use.line}"
    return ""


def sets_members(owner: str, index: Index) -> bool:
    """Whether the repository gives a class members by `setattr`, so that its text does not show all of them."""
    return any(index.contains_word(f"setattr({form}") for form in (owner, "cls", f"type({owner}"))


def flag_of(span: str, sentence: str) -> str:
    """The flag that a span is, with or without a value; "" for one of another program, a denied one, and anything else."""
    match, rest = FLAG.fullmatch(span), sentence.replace(span, "")
    return match["flag"] if match is not None and not (_TOOLS.search(rest) or _DENIES.search(rest)) else ""


def has_flag(flag: str, index: Index) -> bool:
    """Whether the repository writes a flag, or a name from which a library makes it: `max_retries` for `--max-retries`."""
    name = flag[2:].removeprefix("no-")
    words = name.split("-")
    camel = words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:])
    return any(index.contains_word(form) for form in dict.fromkeys((flag, name, name.replace("-", "_"), camel, flag[2:])))
