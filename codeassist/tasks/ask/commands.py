"""The commands that a project's own files give for installing, building, testing and starting it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence

from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.brief import inline_code
from indexers import Index
from indexers.files.decoding import file_lines

LONGEST_MANIFEST = 1_000
"""Lines of a file that are read."""

MOST_COMMANDS = 3
LONGEST = 160

TARGETS = {
    "install": ("install", "setup", "deps", "bootstrap"),
    "build": ("build", "all", "compile"),
    "test": ("test", "tests", "check"),
    "start": ("start", "run", "serve", "dev"),
}
"""Names of targets and scripts by what is asked."""

_USUAL: dict[str, dict[str, str]] = {
    "Cargo.toml": {"install": "cargo install --path .", "build": "cargo build", "test": "cargo test", "start": "cargo run"},
    "go.mod": {"build": "go build ./...", "test": "go test ./...", "start": "go run ."},
    "Gemfile": {"install": "bundle install"},
    "Rakefile": {"test": "bundle exec rake"},
    "composer.json": {"install": "composer install"},
    "mix.exs": {"install": "mix deps.get", "build": "mix compile", "test": "mix test"},
    "pom.xml": {"install": "mvn install", "build": "mvn package", "test": "mvn test"},
    "build.gradle": {"build": "gradle build", "test": "gradle test"},
    "build.gradle.kts": {"build": "gradle build", "test": "gradle test"},
    "pytest.ini": {"test": "pytest"},
    "noxfile.py": {"test": "nox"},
    ".rspec": {"test": "bundle exec rspec"},
    "phpunit.xml": {"test": "vendor/bin/phpunit"},
    "phpunit.xml.dist": {"test": "vendor/bin/phpunit"},
    "Package.swift": {"build": "swift build", "test": "swift test"},
    "CMakeLists.txt": {"build": "cmake -B build && cmake --build build", "test": "ctest --test-dir build"},
}
"""Commands of tools that are the same in every project with the file."""

Found = tuple[int, list[str]]
"""The line that says it, from 1, and the commands."""


def commands(index: Index, topic: str, numbers: Citations) -> list[str]:
    """A paragraph for each file at the root that says how: "`Makefile` [1]: `make test` runs `pytest -n 2`"."""
    files = set(index.files())
    parts = []
    for name, read in _READERS.items():
        if name in files and (found := read(file_lines(index.root, name)[:LONGEST_MANIFEST], topic)) is not None:
            line, said = found
            spelled = ", ".join(inline_code(command[:LONGEST]) for command in said[:MOST_COMMANDS])
            parts.append(f"`{name}` {numbers.cite(name, line, line)}: {spelled}.")
    return parts


def _makefile(lines: Sequence[str], topic: str) -> Found | None:
    for number, line in enumerate(lines, 1):
        target = re.match(r"([\w-]+)\s*:(?!=)", line)
        if target and target[1] in TARGETS[topic]:
            return number, [f"make {target[1]}", *_recipe(lines[number:])]
    return None


def _recipe(lines: Sequence[str]) -> Iterator[str]:
    """The commands of a target, without the marks of make."""
    for line in lines:
        if not line.startswith("\t"):
            return
        if command := line.strip().lstrip("@-+").strip():
            yield command


def _package_json(lines: Sequence[str], topic: str) -> Found | None:
    try:
        scripts = json.loads("\n".join(lines)).get("scripts", {})
    except (ValueError, AttributeError, RecursionError):
        return None
    if topic == "install":
        return 1, ["npm install"]
    scripts = (
        {name: command for name, command in scripts.items() if isinstance(command, str)} if isinstance(scripts, dict) else {}
    )
    for name in TARGETS[topic]:
        if command := scripts.get(name):
            return _line_of_script(lines, name, command), ["npm test" if name == "test" else f"npm run {name}", command]
    for name in TARGETS[topic]:  # no script of that name, but some for parts of it: `test:unit`, `test-e2e`
        if parts := [part for part in scripts if re.match(rf"{name}[-:_]", part)]:
            return _line_of_script(lines, parts[0], scripts[parts[0]]), [f"npm run {part}" for part in parts]
    return None


def _line_of_script(lines: Sequence[str], name: str, command: str) -> int:
    return next((n for n, text in enumerate(lines, 1) if f'"{name}"' in text and command[:20] in text), 1)


def _tox(lines: Sequence[str], topic: str) -> Found | None:
    """The commands of `[testenv]`, or of the first environment with "test" or "py" in its name."""
    if topic != "test":
        return None
    sections = [(n, line.strip("[] \n")) for n, line in enumerate(lines) if re.match(r"\[[^\]]+\]", line)]
    for start, _ in sorted(sections, key=lambda s: (s[1] != "testenv", not re.search(r"test.*(test|py)", s[1]))):
        for number, line in enumerate(lines[start + 1 :], start + 2):
            if line.startswith("["):
                break
            if match := re.match(r"\s*commands\s*=\s*(.*)", line):
                following = (text.strip() for text in lines[number : number + MOST_COMMANDS] if text[:1].isspace())
                return number, ["tox", *(text for text in (match[1].strip(), *following) if text and text[0] not in "#;")]
    return None


def _pyproject(lines: Sequence[str], topic: str) -> Found | None:
    wanted = {
        "test": r"\[tool\.pytest\b",
        "install": r"\[project\]|\[tool\.poetry\]",
        "build": r"\[build-system\]",
    }.get(topic)
    number = next((n for n, line in enumerate(lines, 1) if wanted and re.match(wanted, line)), None)
    if number is None:
        return None
    if topic != "install":
        return number, ["pytest" if topic == "test" else "python -m build"]
    name = next((m[1] for line in lines[number:] if (m := re.match(r"name\s*=\s*[\"']([\w.-]+)", line))), "")
    return number, ["pip install .", *([f"pip install {name}"] if name else [])]


def _by_convention(known: dict[str, str]) -> Callable[[Sequence[str], str], Found | None]:
    """The reader of a file whose presence says it."""
    return lambda _, topic: (1, [known[topic]]) if topic in known else None


_READERS: dict[str, Callable[[Sequence[str], str], Found | None]] = {
    "Makefile": _makefile,
    "package.json": _package_json,
    "tox.ini": _tox,
    "pyproject.toml": _pyproject,
    **{name: _by_convention(known) for name, known in _USUAL.items()},
}
