"""Command lines for the parser that a module declares with argparse or optparse: its options, their values, its commands."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .named_texts import texts_for

FLAGS = ("store_true", "store_false", "store_const", "append_const", "count", "help", "version")
"""Actions of options without a value."""

GIVEN = 1.6
"""How many of a parser's optional options a command line has on average, if it has so many."""

MOST_VALUES = 20
"""Values of one option, whatever number it declares."""

MISUSED = 0.06
"""Share of the command lines that leave out what is required, or name a command that does not exist."""

FILE = re.compile(r"file|path|dir|folder|input|output|\bsrc\b|\bdst\b|source|dest(?:ination)?$", re.IGNORECASE)
"""Names of options and arguments that are paths."""

NUMBERS = {"int": ("3", "1", "0", "10", "-1"), "float": ("0.5", "2.0", "0", "-1.5")}


@dataclass
class Option:
    """One option or argument: its flags (none for an argument), what its value is, and how often it is given."""

    flags: tuple[str, ...]
    name: str
    takes: str = "str"
    """What its value is: `str`, `int`, `float`, `file`, or "" for none."""

    choices: tuple[str, ...] = ()
    required: bool = False
    count: str = ""
    """`nargs`: `?`, `*`, `+` or a number."""


@dataclass
class Declared:
    """The options and arguments of a module's parser, and of each of its commands by name."""

    options: list[Option] = field(default_factory=list)
    commands: dict[str, list[Option]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is declared."""
        return bool(self.options or self.commands)


def declared(tree: ast.AST) -> Declared:
    """The options that `add_argument` and `add_option` declare in a module, also in its groups and commands."""
    found = Declared()
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    owners: dict[str, str] = {}
    assigned = {id(n.value): ast.unparse(n.targets[0]) for n in ast.walk(tree) if isinstance(n, ast.Assign)}
    for call in sorted(calls, key=lambda n: (n.lineno, n.col_offset)):
        called, receiver = call.func.attr, ast.unparse(call.func.value)  # type: ignore[attr-defined]
        if called in ("add_argument", "add_option"):
            option = _option(call)
            command = owners.get(receiver, "")
            if option is not None:
                (found.commands.setdefault(command, []) if command else found.options).append(option)
        elif called == "add_parser" and call.args and (name := _text(call.args[0])):
            found.commands.setdefault(name, [])
            owners[assigned.get(id(call), "")] = name
        elif called in ("add_argument_group", "add_mutually_exclusive_group"):
            owners[assigned.get(id(call), "")] = owners.get(receiver, "")
        elif called in ("add_subparsers", "ArgumentParser", "OptionParser"):
            owners.pop(assigned.get(id(call), ""), None)
    return found


def _option(call: ast.Call) -> Option | None:
    """The option that a call declares; None when its name is not written there."""
    names = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not names:
        return None
    given = {k.arg: k.value for k in call.keywords if k.arg}
    flags = tuple(name for name in names if name.startswith("-"))
    action = _text(given.get("action"))
    option = Option(flags, max(names, key=len).lstrip("-"), required=not flags or _text(given.get("required")) == "True")
    option.choices = _choices(given.get("choices"))
    option.count = _text(given.get("nargs"))
    kind = ast.unparse(given["type"]).rpartition(".")[2].strip("'\"") if "type" in given else "str"
    said = f"{option.name} {_text(given.get('metavar'))}"
    option.takes = "" if action in FLAGS else kind if kind in NUMBERS else "file" if _is_file(kind, said) else "str"
    return None if action in ("help", "version") else option


def _is_file(kind: str, said: str) -> bool:
    return kind.startswith(("Path", "FileType", "open")) or FILE.search(said) is not None


def _text(node: ast.expr | None) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _choices(node: ast.expr | None) -> tuple[str, ...]:
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return ()
    return tuple(str(e.value) for e in node.elts if isinstance(e, ast.Constant))


class CommandLines:
    """Makes command lines for one module."""

    def __init__(self, tree: ast.AST, chance: random.Random, path: Callable[[], str]) -> None:
        """`path` makes the source text of a path as text."""
        self.declared, self.chance, self.path = declared(tree), chance, path
        self._opens = "open(" in ast.unparse(tree)

    def words(self, texts: list[str]) -> list[str]:
        """The words of a command line as source text; `texts` are short texts of the module."""
        others = [w for w in texts if re.fullmatch(r"[a-z][\w-]{1,12}", w)] or ["abc"]
        return self._of_parser(others) if self.declared else self._guessed(texts, others)

    def _guessed(self, texts: list[str], others: list[str]) -> list[str]:
        """Options and other short words of a module that declares none, numbers, file names."""
        chance = self.chance
        options = [w for w in texts if re.fullmatch(r"--?[A-Za-z][\w-]*", w)]
        words: list[str] = []
        for _ in range(chance.choice((0, 1, 1, 2, 2, 3))):
            if options and chance.random() < 0.6:
                words.append(repr(chance.choice(options)))
            if chance.random() < 0.7:
                files = [self.path()] if self._opens else []
                words.append(chance.choice([repr(chance.choice(others)), "'3'", "'0'", "'abc'", *files]))
        return words

    def _of_parser(self, others: list[str]) -> list[str]:
        """A command line for what the parser declares; `others` are texts for values without a kind."""
        chance, misused = self.chance, self.chance.random() < MISUSED
        parsers = [self.declared.options]
        words: list[str] = []
        if self.declared.commands and not misused:
            command = chance.choice(list(self.declared.commands))
            words.append(repr(command))
            parsers.append(self.declared.commands[command])
        before = [word for option in parsers[0] for word in self._written(option, len(parsers[0]), others, misused)]
        after = [word for option in parsers[-1] for word in self._written(option, len(parsers[-1]), others, misused)]
        return [*before, *words, *(after if len(parsers) > 1 else [])]

    def _written(self, option: Option, among: int, others: list[str], misused: bool) -> Iterator[str]:
        """An option with its value, or the values of an argument; nothing when it is left out."""
        chance = self.chance
        likely = 0.97 if option.required else min(0.4, GIVEN / max(1, among))
        if option.count in ("?", "*") and not option.flags:
            likely = 0.6
        if chance.random() > likely or (misused and chance.random() < 0.5):
            return
        if option.flags:
            yield repr(max(option.flags, key=len) if chance.random() < 0.8 else chance.choice(option.flags))
        times = {"*": chance.choice((1, 2)), "+": chance.choice((1, 2))}.get(option.count, 1)
        for _ in range(min(MOST_VALUES, int(option.count)) if option.count.isdecimal() else times if option.takes else 0):
            yield self._value(option, others)

    def _value(self, option: Option, others: list[str]) -> str:
        if option.choices:
            return repr(self.chance.choice(option.choices))
        if option.takes in NUMBERS:
            return repr(self.chance.choice(NUMBERS[option.takes]))
        if option.takes == "file":
            return self.path()
        return repr(self.chance.choice(texts_for(option.name) or (*others[:40], "abc", "1")))
