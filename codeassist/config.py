"""Configuration: flag > environment > project `.codeassist.toml` > user `config.toml` > default.

This is the only module that reads any of them. Unknown keys and bad values are errors that name the file, the line and
the nearest known key.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from codeassist.errors import ConfigError

PROJECT_FILE = ".codeassist.toml"
USER_FILE = "config.toml"
PREFIX = "CODEASSIST_"


class IndexConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[index]`: what is indexed and how."""

    include: list[str] = []
    exclude: list[str] = []
    max_file_size: int = 1_000_000
    encoder: str = "static"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    batch_size: int = 64
    half_precision: bool = True
    history: bool = False
    history_commits: int = 2000
    index_dir: str = ""
    jobs: int = 0


class SearchConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[search]`: how results are picked and shown."""

    results: int = 10
    context: int = 6
    refresh: bool = True
    reranker: str = ""


class AskConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[ask]`: how questions are answered."""

    places: int = 3
    threshold: float = 0.5


class Config(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Everything that can be configured."""

    index: IndexConfig = IndexConfig()
    search: SearchConfig = SearchConfig()
    ask: AskConfig = AskConfig()


DESCRIPTIONS: dict[str, str] = {
    "index.include": "globs (.gitignore syntax) that are indexed although a rule would skip them",
    "index.exclude": "globs that are never indexed",
    "index.max_file_size": "bytes; larger files are skipped",
    "index.encoder": "static (shipped), static:PATH, sentence-transformers/NAME or PROVIDER:MODEL through LangChain",
    "index.device": "where a sentence-transformers model runs: auto, cpu, cuda or mps",
    "index.batch_size": "texts a sentence-transformers or remote model encodes at once",
    "index.half_precision": "16-bit floats on accelerators",
    "index.history": "index commit messages too, for questions that ask why",
    "index.history_commits": "how many of the last commits",
    "index.index_dir": "where the index lies; empty: .codeassist in the repository",
    "index.jobs": "processes that parse; 0: one a core",
    "search.results": "how many results",
    "search.context": "how many lines of each result are shown",
    "search.refresh": "bring a stale index up to date before searching when that is quick",
    "search.reranker": "cross-encoder/NAME or cross-encoder:PATH to reorder the best 30 results; empty: none",
    "ask.places": "how many places an answer names at most",
    "ask.threshold": "confidence (0 to 1) under which the answer is 'not found in this repository'",
}

_SECTIONS: dict[str, type[msgspec.Struct]] = {"index": IndexConfig, "search": SearchConfig, "ask": AskConfig}


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


def load(root: Path | None, flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> Loaded:
    """Read every layer for the repository at `root`; `flags` maps `section.key` to values. Raises `ConfigError`."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    files = [user_file(), *([root / PROJECT_FILE] if root else [])]
    for path in files:
        for key, value, line in _read_file(path):
            values[key], sources[key] = value, f"{path}:{line}"
    for key, value, name in _read_environment(os.environ if environment is None else environment):
        values[key], sources[key] = value, name
    for key, value in (flags or {}).items():
        if value is not None:
            values[key], sources[key] = value, "flag"
    _check_ranges(values, sources)
    if root:
        _check_trust(values, sources, root)
    nested: dict[str, dict[str, Any]] = {section: {} for section in _SECTIONS}
    for key, value in values.items():
        section, _, name = key.partition(".")
        nested[section][name] = value
    config = msgspec.convert(nested, Config)
    settings = tuple(
        Setting(key, getattr(getattr(config, key.partition(".")[0]), key.partition(".")[2]), sources.get(key, "default"))
        for key in DESCRIPTIONS
    )
    return Loaded(config, settings)


_LEAST = {"search.results": 1, "ask.places": 1, "index.batch_size": 1, "index.max_file_size": 1, "index.history_commits": 1}


def _check_ranges(values: Mapping[str, Any], sources: Mapping[str, str]) -> None:
    """Refuse numbers that make no sense, wherever they came from."""
    for key, value in values.items():
        name = key.partition(".")[2]
        if key == "ask.threshold" and not 0.0 <= value <= 1.0:
            raise ConfigError(f"{sources[key]}: 'threshold' must be between 0 and 1.")
        if isinstance(value, int | float) and not isinstance(value, bool) and value < _LEAST.get(key, 0):
            least = _LEAST.get(key)
            raise ConfigError(f"{sources[key]}: '{name}' " + (f"must be at least {least}." if least else "cannot be negative."))


def _check_trust(values: dict[str, Any], sources: Mapping[str, str], root: Path) -> None:
    """A repository's own file may not send code away or write elsewhere: whoever clones it has not agreed to that."""
    own = f"{root / PROJECT_FILE}:"
    encoder, folder = values.get("index.encoder", ""), values.get("index.index_dir", "")
    if sources.get("index.encoder", "").startswith(own):
        kind, _, path = encoder.partition(":")
        if path and kind not in ("static", "sentence-transformers"):
            raise ConfigError(
                f"{sources['index.encoder']}: an encoder that sends code to '{kind}' must be named by you: use --encoder, "
                f"{PREFIX}INDEX_ENCODER or {user_file()}."
            )
        if path and not Path(path).expanduser().is_absolute():
            values["index.encoder"] = f"{kind}:{root / path}"
    kind, _, path = values.get("search.reranker", "").partition(":")
    if path and sources["search.reranker"].startswith(own) and not Path(path).expanduser().is_absolute():
        values["search.reranker"] = f"{kind}:{root / path}"
    if folder and sources["index.index_dir"].startswith(own) and root not in (root / folder).resolve().parents:
        raise ConfigError(f"{sources['index.index_dir']}: 'index_dir' must lie inside the repository.")


def user_file() -> Path:
    """The user's own configuration file, whether it exists or not."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("codeassist", appauthor=False)) / USER_FILE


def template() -> str:
    """A commented `.codeassist.toml` with every key at its default."""
    lines = ["# codeassist: every key with its default; remove the '#' to change one.", ""]
    for section, kind in _SECTIONS.items():
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
    for section, table in data.items():
        line = _line_of(text, section, None)
        if section not in _SECTIONS:
            raise ConfigError(f"{path}:{line}: unknown section '{section}'{_nearest(section, _SECTIONS)}.")
        if not isinstance(table, dict):
            raise ConfigError(f"{path}:{line}: '{section}' is a section; write [{section}].")
        for name, value in table.items():
            line = _line_of(text, section, name)
            _check(section, name, value, f"{path}:{line}")
            found.append((f"{section}.{name}", value, line))
    return found


def _read_environment(environment: Mapping[str, str]) -> list[tuple[str, Any, str]]:
    """Values from `CODEASSIST_SECTION_KEY` variables; lists are separated by commas."""
    found = []
    known = {f"{PREFIX}{key.replace('.', '_')}".upper() for key in DESCRIPTIONS} | {f"{PREFIX}DEBUG"}
    for variable in environment:
        if variable.startswith(PREFIX) and variable not in known:
            raise ConfigError(f"{variable}: unknown variable{_nearest(variable, sorted(known))}.")
    for section, kind in _SECTIONS.items():
        for name in kind.__struct_fields__:
            variable = f"{PREFIX}{section}_{name}".upper()
            if variable in environment:
                text = environment[variable]
                value: Any = text
                if isinstance(getattr(kind(), name), list):
                    value = [part.strip() for part in text.split(",") if part.strip()]
                try:
                    value = msgspec.convert({name: value}, kind, strict=False)
                except msgspec.ValidationError as error:
                    raise ConfigError(f"{variable}={text}: {_explain(error)}.") from error
                found.append((f"{section}.{name}", getattr(value, name), variable))
    return found


def _check(section: str, name: str, value: Any, where: str) -> None:
    kind = _SECTIONS[section]
    if name not in kind.__struct_fields__:
        raise ConfigError(f"{where}: unknown key '{name}' in [{section}]{_nearest(name, kind.__struct_fields__)}.")
    try:
        msgspec.convert({name: value}, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: bad value for '{name}' in [{section}]: {_explain(error)}.") from error


def _explain(error: msgspec.ValidationError) -> str:
    return str(error).partition(" - at")[0].replace("`", "").replace("Expected", "expected").replace("Invalid", "invalid")


def _nearest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(known)}"


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
