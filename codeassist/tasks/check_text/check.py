"""The paths, line numbers, names and calls in a text, each compared with the repository.

A name is what is in backticks or in a code block, and outside them what is written in snake_case, camelCase or with dots.
Nothing is said about prose without such names: it is counted as not checked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from codeassist.printable import counted
from indexers import Index
from indexers.types import Definition

Verdict = Literal["found", "not found", "different"]

MOST_ITEMS = 200
"""The most claims of one text that are checked."""

_FENCE = re.compile(r"^(`{3,}|~{3,})[ \t]*(\w*)[^\n]*\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)(`+)([^`\n]+?)\1(?!`)")
_PLACE = re.compile(r"(?<![\w/.-])((?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.[A-Za-z]\w{0,7})(?::(\d+)(?:-(\d+))?)?(?![\w/])")
_FOLDER = re.compile(r"(?:[\w.@+-]+/)+")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*(?:(?:\.|::)[^\W\d]\w*)*")
_PROSE_NAME = re.compile(r"(?<![\w./-])(?:[a-z]+(?:_[a-z0-9]+)+|[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)(?![\w/-])")
_CALL = re.compile(r"([^\W\d][\w.]*)\(([^()]*)\)")
_DOMAIN = re.compile(r"\w+:/+\S+")
_COMMON = frozenset(
    "true false none null nil self this cls super undefined void int str float bool string list dict set tuple object bytes "
    "any return yield await async def class function import from lambda raise throw except catch try finally with new let "
    "const var static public private if else for while in not and or is print len range type".split()
)
_EXTENSIONS = frozenset(
    "py pyi js jsx mjs cjs ts tsx go rs java kt scala c h cc cpp hpp cs rb php swift ex exs hs lua sh zig sql md rst toml yaml "
    "yml json html css txt cfg ini lock vue svelte".split()
)


_TYPES = frozenset({"class", "struct", "interface", "trait", "enum", "object", "type", "record"})
_TOP_LEVELS = frozenset({"com", "org", "net", "io", "dev", "edu"})


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim: its words, what kind it is, whether the repository bears it out, and what is there."""

    claim: str
    kind: Literal["path", "line", "name", "member", "call"]
    verdict: Verdict
    there: str = ""

    def as_json(self) -> dict[str, Any]:
        """One element of the JSON form."""
        return {"claim": self.claim, "kind": self.kind, "verdict": self.verdict, "there": self.there}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The claims in the order of the text; `cut` is whether there were more than `MOST_ITEMS`."""

    items: list[Checked] = field(default_factory=list)
    cut: bool = False

    @property
    def wrong(self) -> list[Checked]:
        """The claims that are not borne out."""
        return [item for item in self.items if item.verdict != "found"]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.check/1`."""
        return {"schema": "codeassist.check/1", "items": [item.as_json() for item in self.items], "cut": self.cut}


def check_text(index: Index, text: str) -> CheckResult:
    """Check the claims of a text against the index and the files on disk."""
    checker = _Checker(index)
    items: dict[tuple[str, str], Checked] = {}
    for item in checker.items(text):
        items.setdefault((item.kind, item.claim), item)
        if len(items) > MOST_ITEMS:
            return CheckResult(list(items.values())[:MOST_ITEMS], cut=True)
    return CheckResult(list(items.values()))


class _Checker:
    def __init__(self, index: Index) -> None:
        self.index = index
        self.files = set(index.files())

    def items(self, text: str) -> Iterator[Checked]:
        """The checked claims of a text; code blocks are read as code, backticks as names, the rest for names of clear form."""
        text = _DOMAIN.sub(" ", text)
        for fence in _FENCE.finditer(text):
            yield from self._code(fence[3], fence[2].lower())
        prose = _FENCE.sub("\n", text)
        for span in _SPAN.finditer(prose):
            yield from self._span(span[2].strip())
        prose = _SPAN.sub(" ", prose)
        for place in _PLACE.finditer(prose):
            yield from self._place(place)
        for name in _PROSE_NAME.finditer(_PLACE.sub(" ", prose)):
            if not self._is_host(name[0]):
                yield self._name(name[0])

    def _code(self, code: str, language: str) -> Iterator[Checked]:
        if language not in ("", "python", "py"):
            return
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        bound |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = _dotted(node.func)
                if name and name.partition(".")[0] not in bound and self.index.defines(name.rpartition(".")[2]):
                    keywords = [k.arg for k in node.keywords if k.arg]
                    yield self._call(name, len(node.args), keywords, ast.unparse(node)[:120])

    def _span(self, span: str) -> Iterator[Checked]:
        place = _PLACE.fullmatch(span)
        if place and ("/" in place[1] or place[1].rpartition(".")[2].lower() in _EXTENSIONS):
            yield from self._place(place)
        elif _FOLDER.fullmatch(span):
            found = any(f.startswith(span) or f"/{span}" in f for f in self.files)
            yield Checked(span, "path", "found" if found else "not found")
        elif call := _CALL.fullmatch(span):
            yield from self._written_call(span, call)
        elif _NAME.fullmatch(span) and span.lower() not in _COMMON and not self._is_host(span):
            yield self._name(span)

    def _place(self, place: re.Match[str]) -> Iterator[Checked]:
        path, first, last = place[1], place[2], place[3]
        if "/" not in path and path.rpartition(".")[2].lower() not in _EXTENSIONS:
            return
        bare = path.removeprefix("./")
        full = [f for f in self.files if f == bare or f.endswith(f"/{bare}")]
        if not full:
            name = bare.rpartition("/")[2]
            alike = sorted(f for f in self.files if f.rpartition("/")[2] == name)[:3]
            yield Checked(place[0], "path", "not found", f"there is {', '.join(alike)}" if alike else "")
            return
        if not first:
            yield Checked(place[0], "path", "found", full[0] if full[0] != bare else "")
            return
        from indexers.files.decoding import count_lines

        lines = count_lines(self.index.root, full[0])
        beyond = int(last or first) > lines or int(first) < 1
        around = self.index.definition_at(full[0], int(first)) if not beyond else None
        there = f"{full[0]} has {counted(lines, 'line')}" if beyond else f"in {around.qualified_name}" if around else ""
        yield Checked(place[0], "line", "different" if beyond else "found", there)

    def _name(self, name: str) -> Checked:
        plain = name.replace("::", ".")
        owner, _, member = plain.rpartition(".")
        if not owner:
            return self._simple(name)
        owner_name = owner.rpartition(".")[2]
        if not self._is_type(owner_name):  # a module, a variable or a foreign package: look at the last name alone
            known = self._exists(member)
            return Checked(name, "name", "found" if known else "not found", self._where(member))
        if any(d.qualified_name.endswith(plain) for d in self.index.definitions(plain, 5)):
            return Checked(name, "member", "found", self._where(plain))
        if self._exists(member):
            return Checked(name, "member", "different", f"{member} is at {self._where(member)}" if self._where(member) else "")
        return Checked(name, "member", "not found", f"{owner_name} is at {self._where(owner_name)}")

    def _is_host(self, name: str) -> bool:
        """Whether a name with dots is that of a host, such as example.org."""
        owner, _, last = name.rpartition(".")
        return bool(owner) and last in _TOP_LEVELS and not self.index.defines(last)

    def _is_type(self, name: str) -> bool:
        """Whether a name is that of a class or the like, so that its members are known."""
        return any(d.name == name and d.kind in _TYPES for d in self.index.definitions(name, 10))

    def _simple(self, name: str) -> Checked:
        return Checked(name, "name", "found" if self._exists(name) else "not found", self._where(name))

    def _exists(self, name: str) -> bool:
        return self.index.knows_name(name) or self.index.contains_word(name)

    def _where(self, name: str) -> str:
        found = [d for d in self.index.definitions(name, 3) if d.name == name.rpartition(".")[2]]
        return f"{found[0].path}:{found[0].line}" if found else ""

    def _written_call(self, span: str, call: re.Match[str]) -> Iterator[Checked]:
        name, arguments = call[1], call[2]
        if not self.index.defines(name.rpartition(".")[2]):
            yield self._name(name)
            return
        pieces = [a.strip() for a in arguments.split(",") if a.strip()]
        keywords = [a.partition("=")[0].strip() for a in pieces if re.match(r"\w+\s*=(?!=)", a)]
        yield self._call(name, -1 if "..." in arguments or not pieces else len(pieces) - len(keywords), keywords, span)

    def _call(self, name: str, positional: int, keywords: list[str], shown: str) -> Checked:
        """Compare the arguments of a call with the signatures of what it may call; -1 `positional`: not stated."""
        last = name.rpartition(".")[2]
        found = [d for d in self.index.definitions(name, 10) if d.name == last and d.path.endswith((".py", ".pyi"))]
        if not found:
            return self._name(name) if "." in name else self._simple(name)
        problems = [problem for d in found if (problem := self._mismatch(d, positional, keywords)) is not None]
        if len(problems) == len(found):
            return Checked(shown, "call", "different", f"{found[0].path}:{found[0].line}: {found[0].signature} ({problems[0]})")
        return Checked(shown, "call", "found", f"{found[0].path}:{found[0].line}")

    def _mismatch(self, definition: Definition, positional: int, keywords: list[str]) -> str | None:
        """Why a call does not fit a Python definition, or None if it may."""
        signature = definition.signature
        if definition.kind == "class":
            constructors = [d for d in self.index.definitions(f"{definition.name}.__init__", 5) if d.path == definition.path]
            if not constructors:
                return None
            signature = constructors[0].signature
        try:
            node = ast.parse(f"{signature.rstrip(':')}: ...").body[0]
        except (SyntaxError, ValueError, IndexError):
            return None
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        parameters = node.args
        names = [a.arg for a in (*parameters.posonlyargs, *parameters.args)]
        if names[:1] in (["self"], ["cls"]):
            names = names[1:]
        allowed = {*names, *(a.arg for a in parameters.kwonlyargs)}
        unknown = [k for k in keywords if k not in allowed]
        if unknown and parameters.kwarg is None:
            return f"no parameter '{unknown[0]}'"
        if positional > len(names) and parameters.vararg is None:
            return f"takes {counted(len(names), 'positional argument')}, not {positional}"
        return None


def _dotted(node: ast.expr) -> str:
    """The dotted name of a called expression; "" for another expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
