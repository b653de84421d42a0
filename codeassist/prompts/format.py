"""A `.prompty` file: YAML front matter between lines of `---`, then a Jinja2 body with a line `system:` or `user:` per role.

The format is that of https://prompty.ai, so editors and `langchain_prompty` read it. Front matter keys outside
`KEYS` are errors, because a misspelled key would otherwise go unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.errors import PromptError
from codeassist.models.messages import Asking
from codeassist.prompts.partials import Origin, ReadPartial, expanded, from_folder
from codeassist.prompts.settings import PromptSettings, read_settings
from codeassist.prompts.yaml_text import load_yaml
from indexers.files.reading import SMALL_BYTES, read_text

KEYS = ("name", "version", "description", "authors", "tags", "model", "inputs", "sample", "template")
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
ROLES = ("system", "user", "assistant")
_ROLE = re.compile(rf"^\s*#?\s*({'|'.join(ROLES)})\s*:\s*$", re.IGNORECASE)
_VERSION = re.compile(r"\d{1,6}\.\d{1,6}\.\d{1,6}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Input:
    """A declared input; one without a default is required."""

    name: str
    type: str
    description: str = ""
    default: Any = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """One message of the body: its role, its template, and the line of the file that the template starts on."""

    role: str
    template: str
    line: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """A parsed prompt file. `text` includes its partials, and `origins` says where each line of it is (empty: in `path`)."""

    name: str
    version: str
    description: str
    inputs: tuple[Input, ...]
    sections: tuple[Section, ...]
    path: Path
    text: str
    sample: Mapping[str, Any]
    settings: PromptSettings = field(default_factory=PromptSettings)
    origins: tuple[Origin, ...] = ()

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON schema that the answer must fit, or None for prose."""
        return self.settings.schema

    @property
    def asking(self) -> Asking:
        """What a session is asked with besides the messages."""
        stated = self.settings
        return Asking(self.id, stated.temperature, stated.max_output_tokens, stated.context_window)

    def place(self, line: int) -> tuple[Path, int]:
        """The file and line of a line of `text`, which may come from a partial."""
        return self.origins[line - 1] if 0 < line <= len(self.origins) else (self.path, line)

    @property
    def id(self) -> str:
        """`NAME@VERSION`, as runs record it."""
        return f"{self.name}@{self.version}"

    @property
    def needed_schema(self) -> dict[str, Any]:
        """The schema of the prompt's answer. Raises `PromptError` when none is declared."""
        if self.schema is None:
            raise PromptError(f"{self.path}:1: '{self.name}' must declare model.response.schema: its answer is read as JSON.")
        return self.schema

    @property
    def content_hash(self) -> str:
        """SHA-256 of the file's text with Unix line endings, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def inputs_hash(self) -> str:
        """SHA-256 of the declared inputs: their names, types and defaults."""
        declared = [[i.name, i.type, i.required, i.default] for i in sorted(self.inputs, key=lambda i: i.name)]
        return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()

    @property
    def version_key(self) -> tuple[int, ...]:
        """The version as numbers, for comparison."""
        return tuple(int(part) for part in self.version.split("."))


def is_version(text: str) -> bool:
    """Whether a text is a version such as 1.2.0."""
    return _VERSION.fullmatch(text) is not None


def read(path: Path) -> Prompt:
    """Read and parse a prompt file. Raises `PromptError` with the file and line."""
    try:
        return parse(read_text(path, encoding="utf-8-sig", limit=SMALL_BYTES), path, from_folder(path.parent))
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"Cannot read {path}: {error}.") from error


def parse(text: str, path: Path, partials: ReadPartial | None = None) -> Prompt:
    """Parse the text of a prompt file; `path` is for errors, `partials` reads what it includes (default: beside the file).

    Raises `PromptError` with the file and line.
    """
    text, origins = expanded(text, path, partials or from_folder(path.parent))
    lines = text.split("\n")
    fences = [n for n, line in enumerate(lines) if line.rstrip() == "---"]
    if len(fences) < 2 or fences[0] != 0:
        raise PromptError(f"{path}:1: a prompt starts with front matter between two lines of '---'.")
    front, lines_of = _front_matter("\n".join(lines[1 : fences[1]]), path)
    _check_keys(front, path, lines_of)
    settings = read_settings(front, f"{path}:{lines_of.get('model', 1)}")
    return Prompt(
        name=str(front["name"]),
        version=str(front["version"]),
        description=" ".join(str(front["description"]).split()),
        inputs=_inputs(front.get("inputs") or {}, path, lines_of),
        sections=_sections(lines, fences[1] + 1, path),
        path=path,
        text=text,
        sample=front.get("sample") or {},
        settings=settings,
        origins=origins if any(origin[0] != path for origin in origins) else (),
    )


def _check_keys(front: dict[str, Any], path: Path, lines_of: dict[str, int]) -> None:
    """Raise `PromptError` for a front matter with unknown, missing or malformed keys."""

    def where(key: str) -> str:
        return f"{path}:{lines_of.get(key, 1)}"

    for key in front:
        if key not in KEYS:
            raise PromptError(f"{where(key)}: unknown key '{key}'; expected one of {', '.join(KEYS)}.")
    for key in ("name", "version", "description", "template"):
        if not front.get(key):
            raise PromptError(f"{path}:1: the front matter lacks '{key}'.")
    if not _VERSION.fullmatch(str(front["version"])):
        raise PromptError(f"{where('version')}: the version must look like 1.2.0, not '{front['version']}'.")
    template = front["template"]
    if (template.get("type") if isinstance(template, dict) else template) != "jinja2":
        raise PromptError(f"{where('template')}: the template's type must be jinja2.")
    if not _NAME.fullmatch(str(front["name"])):
        raise PromptError(f"{where('name')}: a name consists of a-z, 0-9 and '-', not '{front['name']}'.")
    if not isinstance(front.get("sample") or {}, dict):
        raise PromptError(f"{where('sample')}: 'sample' must map inputs to values.")


def _front_matter(text: str, path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The front matter and the file's line of each key; keys of `inputs` as `inputs.NAME`."""
    import yaml

    try:
        front = load_yaml(text)
        tree = yaml.compose(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: such as the 99th of a month
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise PromptError(f"{path}:{line}: not valid YAML: {getattr(error, 'problem', None) or error}.") from error
    if not isinstance(front, dict) or not isinstance(tree, yaml.MappingNode):
        raise PromptError(f"{path}:2: the front matter must be a mapping.")
    lines = {str(key.value): key.start_mark.line + 2 for key, _ in tree.value}
    for key, value in tree.value:
        if key.value == "inputs" and isinstance(value, yaml.MappingNode):
            lines |= {f"inputs.{inner.value}": inner.start_mark.line + 2 for inner, _ in value.value}
    return front, lines


def _inputs(declared: Any, path: Path, lines_of: Mapping[str, int]) -> tuple[Input, ...]:
    if not isinstance(declared, dict):
        raise PromptError(f"{path}:{lines_of.get('inputs', 1)}: 'inputs' must map names to their types.")
    inputs = []
    for name, declaration in declared.items():
        where = f"{path}:{lines_of.get(f'inputs.{name}', 1)}"
        if not isinstance(declaration, dict) or declaration.get("type") not in tuple(TYPES):
            raise PromptError(f"{where}: the input '{name}' needs a type: {', '.join(TYPES)}.")
        for key in declaration:
            if key not in ("type", "description", "default"):
                raise PromptError(f"{where}: unknown key '{key}' of the input '{name}'.")
        default, required = declaration.get("default"), "default" not in declaration
        if not required and not isinstance(default, TYPES[declaration["type"]]):
            raise PromptError(f"{where}: the default of '{name}' is not of type {declaration['type']}.")
        inputs.append(Input(str(name), declaration["type"], str(declaration.get("description", "")), default, required))
    return tuple(inputs)


def _sections(lines: list[str], start: int, path: Path) -> tuple[Section, ...]:
    """Split the body at its role lines before rendering, so that no input can start a role."""
    sections: list[tuple[str, int, list[str]]] = []
    for number, line in enumerate(lines[start:], start + 1):
        if role := _ROLE.match(line):
            sections.append((role[1].lower(), number + 1, []))
        elif sections:
            sections[-1][2].append(line)
        elif line.strip():
            raise PromptError(f"{path}:{number}: the body must start with a role: a line 'system:' or 'user:'.")
    if not sections:
        raise PromptError(f"{path}:{start + 1}: the body is empty.")
    return tuple(Section(role, "\n".join(body), line) for role, line, body in sections)
