"""Read every layer: flags, environment, the project's `.codeassist.toml`, the user's `config.toml`, defaults.

This is the only module that reads any of them. Unknown keys and bad values are errors that name the file, the line and
the nearest known key.
"""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from codeassist.config import trust
from codeassist.config.schema import DESCRIPTIONS, SECTIONS, Config, read
from codeassist.errors import ConfigError

PROJECT_FILE = ".codeassist.toml"
USER_FILE = "config.toml"
PREFIX = "CODEASSIST_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and where it came from: default, a file with its line, an environment variable or a flag."""

    key: str
    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration in force and the origin of every value."""

    config: Config
    settings: tuple[Setting, ...]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.config/1`."""
        values = [{"key": s.key, "value": s.value, "source": s.source} for s in self.settings]
        return {"schema": "codeassist.config/1", "settings": values}


def load(
    root: Path | None,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    project_file: Path | None = None,
) -> Loaded:
    """Read every layer for the repository at `root`; `flags` maps `section.key` to values. Raises `ConfigError`.

    `project_file` stands in for the repository's own file; whoever names one agrees to what it says.
    """
    values, sources = _layers(root, environment, project_file)
    for key, value in (flags or {}).items():
        if value is not None:
            section, _, name = key.rpartition(".")
            _check(section, name, value, "flag")
            values[key], sources[key] = value, "flag"
    _check_ranges(values, sources)
    nested: dict[str, Any] = {}
    if root and project_file is None:
        nested["refused"] = trust.check(values, sources, root, root / PROJECT_FILE, user_file())
    for key, value in values.items():
        *sections, name = key.replace("-", "_").split(".")
        table = nested
        for section in sections:
            table = table.setdefault(section, {})
        table[name] = value
    config = msgspec.convert(nested, Config)
    settings = tuple(Setting(key, read(config, key), sources.get(key, "default")) for key in DESCRIPTIONS)
    return Loaded(config, settings)


_LEAST = dict.fromkeys(
    (
        "search.results",
        "ask.places",
        "ask.samples",
        "ask.steps",
        "ask.context_tokens",
        "index.batch_size",
        "index.max_file_size",
        "index.history_commits",
        "model.max_output_tokens",
        "prompts.max_tokens",
    ),
    1,
)


def _layers(
    root: Path | None, environment: Mapping[str, str] | None, project_file: Path | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Every value of the files and the environment, and where it is from."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    own = project_file or (root / PROJECT_FILE if root else None)
    if project_file is not None and not project_file.is_file():
        raise ConfigError(f"There is no file {project_file}.")
    for path in [user_file(), *([own] if own else [])]:
        for key, found, line in _read_file(path):
            value = trust.tightened(key, values.get(key), found) if path == own and project_file is None else found
            values[key], sources[key] = value, f"{path}:{line}"
    for key, value, name in _read_environment(os.environ if environment is None else environment):
        values[key], sources[key] = value, name
    return values, sources


def project_risks(root: Path) -> dict[str, Any]:
    """What a repository's own file asks for that a person must agree to; empty when it is harmless."""
    values, sources = _layers(root, None, None)
    return trust.pending(values, sources, root / PROJECT_FILE)


def _check_ranges(values: Mapping[str, Any], sources: Mapping[str, str]) -> None:
    """Refuse numbers that make no sense, wherever they came from."""
    for key, value in values.items():
        name = key.rpartition(".")[2]
        if isinstance(value, float) and not math.isfinite(value) and key != "ask.threshold":
            raise ConfigError(f"{sources[key]}: '{name}' must be a number.")
        if key == "model.base_url" and value and not value.startswith(("http://", "https://")):
            raise ConfigError(f"{sources[key]}: 'base_url' must begin with http:// or https://.")
        if key == "ask.threshold" and not 0.0 <= value <= 1.0:
            raise ConfigError(f"{sources[key]}: 'threshold' must be between 0 and 1.")
        if isinstance(value, int | float) and not isinstance(value, bool) and value < _LEAST.get(key, 0):
            least = _LEAST.get(key)
            raise ConfigError(f"{sources[key]}: '{name}' " + (f"must be at least {least}." if least else "cannot be negative."))


def user_file() -> Path:
    """The user's own configuration file, whether it exists or not."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("codeassist", appauthor=False)) / USER_FILE


def template() -> str:
    """A commented `.codeassist.toml` with every key at its default."""
    lines = ["# codeassist: every key with its default; remove the '#' to change one.", ""]
    for section, kind in SECTIONS.items():
        lines.append(f"[{section}]")
        defaults = kind()
        for name in kind.__struct_fields__:
            lines.append(f"# {DESCRIPTIONS[f'{section}.{name}']}")
            lines.append(f"# {name} = {_toml(getattr(defaults, name))}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return str(value)


def _read_file(path: Path) -> list[tuple[str, Any, int]]:
    """(section.key, value, line) of a configuration file; nothing when there is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read {path}: {error}.") from error
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        raise ConfigError(f"{path}:{place[1] if place else 1}: not valid TOML: {error}.") from error
    found = []
    for section, table in _tables(data):
        line = _line_of(text, section, None)
        if section not in SECTIONS:
            raise ConfigError(f"{path}:{line}: unknown section '{section}'{_nearest(section, SECTIONS)}")
        if not isinstance(table, dict):
            raise ConfigError(f"{path}:{line}: '{section}' is a section; write [{section}].")
        for name, value in table.items():
            line = _line_of(text, section, name)
            _check(section, name, value, f"{path}:{line}")
            found.append((f"{section}.{name}", value, line))
    return found


def _tables(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every section with its dotted name: `[tasks.review]` is one of its own."""
    for section, table in data.items():
        if section == "tasks" and isinstance(table, dict):
            yield from ((f"tasks.{name}", inner) for name, inner in table.items())
        else:
            yield section, table


def _read_environment(environment: Mapping[str, str]) -> list[tuple[str, Any, str]]:
    """Values from `CODEASSIST_SECTION_KEY` variables; lists are separated by commas."""
    found = []
    known = {_variable(key) for key in DESCRIPTIONS} | {f"{PREFIX}DEBUG"}
    for variable in environment:
        if variable.startswith(PREFIX) and variable not in known:
            raise ConfigError(f"{variable}: unknown variable{_nearest(variable, sorted(known))}")
    for section, kind in SECTIONS.items():
        for name in kind.__struct_fields__:
            variable = _variable(f"{section}.{name}")
            if variable in environment:
                text = environment[variable]
                value: Any = text
                if isinstance(getattr(kind(), name), list):
                    value = [part.strip() for part in text.split(",") if part.strip()]
                try:
                    value = msgspec.convert({name: value}, kind, strict=False)
                except msgspec.ValidationError as error:
                    raise ConfigError(f"{variable}={text}: {_explain(error, kind, name)}.") from error
                found.append((f"{section}.{name}", getattr(value, name), variable))
    return found


def _variable(key: str) -> str:
    """The environment variable of a key: `CODEASSIST_TASKS_GEN_TESTS_MODEL`."""
    return f"{PREFIX}{re.sub('[.-]', '_', key)}".upper()


def _check(section: str, name: str, value: Any, where: str) -> None:
    kind = SECTIONS[section]
    if name not in kind.__struct_fields__:
        raise ConfigError(f"{where}: unknown key '{name}' in [{section}]{_nearest(name, kind.__struct_fields__)}")
    try:
        msgspec.convert({name: value}, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: bad value for '{name}' in [{section}]: {_explain(error, kind, name)}.") from error


def _explain(error: msgspec.ValidationError, kind: type[msgspec.Struct] | None = None, name: str = "") -> str:
    options = get_args(get_type_hints(kind)[name]) if kind is not None and "enum" in str(error) else ()
    if options:
        return f"it must be one of {', '.join(map(str, options))}"
    return str(error).partition(" - at")[0].replace("`", "").replace("Expected", "expected").replace("Invalid", "invalid")


def _nearest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(known)}."


def _line_of(text: str, section: str, key: str | None) -> int:
    """The line of a section's head, or of a key in it; the text is known to be valid TOML."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[+\s*\"?([\w.-]+)\"?\s*\]+", line)
        if head:
            current = head[1]
            if key is None and current == section:
                return number
        elif (key is not None and current == section and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line)) or re.match(
            rf'\s*"?{re.escape(section)}"?\s*[.=]', line
        ):
            return number
    return 1
