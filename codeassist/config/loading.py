"""Read the configuration layers: flags, environment, the project's `.codeassist.toml`, the user's `config.toml`, defaults.

This is the only module that reads any of them. Unknown keys and bad values raise errors that name the file, the line and
the nearest known key.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from codeassist.config import trust
from codeassist.config.schema import DESCRIPTIONS, SECTIONS, Config, read
from codeassist.config.values import check_values
from codeassist.errors import ConfigError
from indexers.files.reading import SMALL_BYTES, read_text

PROJECT_FILE = ".codeassist.toml"
USER_FILE = "config.toml"
PREFIX = "CODEASSIST_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and its origin: default, a file with its line, an environment variable or a flag."""

    key: str
    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The effective configuration and the origin of every value."""

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

    `project_file` replaces the repository's own file; to name it counts as agreement to its settings.
    """
    values, sources, overridden = _layers(root, environment, project_file)
    for key, value in (flags or {}).items():
        if value is not None:
            section, _, name = key.rpartition(".")
            _check(section, name, value, "flag")
            values[key], sources[key] = value, "flag"
    check_values(values, sources)
    nested: dict[str, Any] = {}
    if root and project_file is None:
        nested["refused"] = trust.check(values, sources, overridden, root / PROJECT_FILE, user_file())
    for key, value in values.items():
        *sections, name = key.replace("-", "_").split(".")
        table = nested
        for section in sections:
            table = table.setdefault(section, {})
        table[name] = value
    config = msgspec.convert(nested, Config)
    settings = tuple(Setting(key, read(config, key), sources.get(key, "default")) for key in DESCRIPTIONS)
    return Loaded(config, settings)


def _layers(
    root: Path | None, environment: Mapping[str, str] | None, project_file: Path | None
) -> tuple[dict[str, Any], dict[str, str], trust.Overridden]:
    """Every value of the files and the environment, its origin, and what the project's file states and overrides."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    overridden = trust.Overridden()
    project_path = project_file or (root / PROJECT_FILE if root else None)
    if project_file is not None and not project_file.is_file():
        raise ConfigError(f"There is no file {project_file}.")
    for path in [user_file(), *([project_path] if project_path else [])]:
        for key, stated, line in _read_file(path):
            if path == project_path:
                overridden.stated[key] = stated
                if key in values:
                    overridden.beneath[key] = values[key], sources[key]
            value = trust.tightened(key, values.get(key), stated) if path == project_path and project_file is None else stated
            values[key], sources[key] = value, f"{path}:{line}"
    for key, value, name in _read_environment(os.environ if environment is None else environment):
        values[key], sources[key] = value, name
    return values, sources, overridden


def project_risks(root: Path) -> dict[str, Any]:
    """What of a repository needs the user's agreement: settings of its own file, and prompts. Empty when there is nothing."""
    values, sources, overridden = _layers(root, None, None)
    check_values(values, sources)
    return trust.pending(root, overridden.stated, values.get(trust.PROMPTS, "prompts"))


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
            value = getattr(defaults, name)
            lines.append(f"# {name}=0.0  # unset by default" if value is None else f"# {name} = {_toml(value)}")
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
    """(section.key, value, line) of a configuration file; empty when it does not exist."""
    try:
        text = read_text(path, encoding="utf-8-sig", limit=SMALL_BYTES)
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read {path}: {error}.") from error
    import tomllib

    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, and thousands of brackets
        line, reason = _toml_fault(text, error)
        raise ConfigError(f"{path}:{line}: not valid TOML: {reason}.") from error
    entries = []
    for section, table in _tables(data):
        line = _line_of(text, section, None)
        if section not in SECTIONS:
            raise ConfigError(f"{path}:{line}: unknown section '{section}'{_nearest(section, SECTIONS)}")
        if not isinstance(table, dict):
            raise ConfigError(f"{path}:{line}: '{section}' is a section; write [{section}].")
        for name, value in table.items():
            line = _line_of(text, section, name)
            _check(section, name, value, f"{path}:{line}")
            entries.append((f"{section}.{name}", value, line))
    return entries


def _toml_fault(text: str, error: Exception) -> tuple[int, str]:
    """(line, reason) of an error of the parser, which names no line for nesting and for long numbers."""
    if position := re.search(r"line (\d+)", str(error)):
        return int(position[1]), str(error)
    lines = text.splitlines() or [""]
    if isinstance(error, RecursionError):
        worst = max(range(len(lines)), key=lambda n: sum(map(lines[n].count, "[{.")))
        return worst + 1, "it is nested too deeply"
    longest = [max(map(len, re.findall(r"[\d_]+", line)), default=0) for line in lines]
    return (longest.index(max(longest)) + 1, "a number has too many digits") if max(longest) > 20 else (len(lines), str(error))


def _tables(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every section with its dotted name; each `[tasks.NAME]` is a separate section."""
    for section, table in data.items():
        if section == "tasks" and isinstance(table, dict):
            yield from ((f"tasks.{name}", inner) for name, inner in table.items())
        else:
            yield section, table


def _read_environment(environment: Mapping[str, str]) -> list[tuple[str, Any, str]]:
    """Values from `CODEASSIST_SECTION_KEY` variables; lists are separated by commas."""
    entries = []
    variables = {_variable(key) for key in DESCRIPTIONS} | {f"{PREFIX}DEBUG"}
    for variable in environment:
        if variable.startswith(PREFIX) and variable not in variables:
            raise ConfigError(f"{variable}: unknown variable{_nearest(variable, sorted(variables))}")
    for section, kind in SECTIONS.items():
        for name in kind.__struct_fields__:
            variable = _variable(f"{section}.{name}")
            if variable in environment:
                text = environment[variable]
                if any("\ud800" <= c <= "\udfff" for c in text):
                    raise ConfigError(f"{variable}: the value is not valid UTF-8.")
                value: Any = text
                if isinstance(getattr(kind(), name), list):
                    value = [part.strip() for part in text.split(",") if part.strip()]
                elif isinstance(getattr(kind(), name), dict):
                    value = {k.strip(): v.strip() for k, _, v in (part.partition("=") for part in text.split(",")) if k.strip()}
                try:
                    value = msgspec.convert({name: value}, kind, strict=False)
                except msgspec.ValidationError as error:
                    raise ConfigError(f"{variable}={text}: {_explain(error, kind, name)}.") from error
                entries.append((f"{section}.{name}", getattr(value, name), variable))
    return entries


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
    return f"; did you mean '{close[0]}'?" if close else f"; expected one of {', '.join(known)}."


def _line_of(text: str, section: str, key: str | None) -> int:
    """The line of a section's header, or of a key in it, in a valid TOML text."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*\"?([\w.-]+)\"?\s*\]+", line)
        if header:
            current = header[1]
            if key is None and current == section:
                return number
        elif (key is not None and current == section and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line)) or re.match(
            rf'\s*"?{re.escape(section)}"?\s*[.=]', line
        ):
            return number
    return 1
