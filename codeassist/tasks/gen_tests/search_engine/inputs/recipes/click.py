"""click: commands are run with the test runner; their exit code and output are asserted."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .recipe import Recipe

FILES = ("data.txt", "data.json", "new.txt")
"""Names of files; `new.txt` does not exist (`files.Paths`)."""

PATHS = re.compile(r"(?:^|_)(?:path|file|filename|infile|outfile|input|output)$")
"""Names of parameters that are files, whatever type is declared."""


def calls(names: Mapping[str, Any]) -> dict[str, Callable[..., tuple[tuple[str, ...], str]]]:
    """A run of each command of the module."""
    return {name: partial(_run, name, value) for name, value in names.items() if is_command(value)}


def is_command(value: Any) -> bool:
    """Whether a value is a command of click or of a library on it."""
    return any(c.__name__ in ("Command", "BaseCommand") and c.__module__.startswith("click") for c in type(value).__mro__)


def words_of(command: Any, chance: random.Random) -> list[str]:
    """Words for a command line from the parameters that a command declares; a group gets one of its commands first."""
    words: list[str] = []
    members = getattr(command, "commands", None)
    for parameter in getattr(command, "params", ()):
        required = getattr(parameter, "required", False)
        if chance.random() < (0.1 if required else 0.5):
            continue
        value = _value(parameter, chance)
        option = [o for o in getattr(parameter, "opts", ()) if o.startswith("-")]
        if not option:
            words.append(value)
        elif getattr(parameter, "is_flag", False):
            words.append(chance.choice([*option, *getattr(parameter, "secondary_opts", ())]))
        else:
            words += [option[-1], value]
    if members and chance.random() < 0.9:
        name = chance.choice(sorted(members))
        words += [name, *words_of(members[name], chance)]
    return words


def _value(parameter: Any, chance: random.Random) -> str:
    kind = type(getattr(parameter, "type", None)).__name__
    choices = getattr(parameter.type, "choices", None)
    if choices and chance.random() < 0.85:
        return str(chance.choice(list(choices)))
    if kind in ("File", "Path", "LazyFile") or PATHS.search(getattr(parameter, "name", "") or ""):
        return chance.choice(FILES)
    if "Int" in kind or "Float" in kind:
        return chance.choice(("1", "2", "0", "10", "-1", "x"))
    return chance.choice(("abc", "a", "1", "Hello World", ""))


def written(words: list[str]) -> str:
    """A command line as source text; names of files are paths in the test's own folder."""
    return "[" + ", ".join(f"str(tmp_path / {w!r})" if w in FILES else repr(w) for w in words) + "]"


def _run(name: str, command: Any, chance: random.Random, words: list[str], given: str) -> tuple[tuple[str, ...], str]:
    line = written(words_of(command, chance)) if chance.random() < 0.85 else given
    return (f"result = CliRunner().invoke({name}, {line})",), "(result.exit_code, result.output)"


RECIPE = Recipe("click", imports={"CliRunner": "from click.testing import CliRunner"}, calls=calls)
