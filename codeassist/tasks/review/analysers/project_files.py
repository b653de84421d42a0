"""Project files: dependencies, their lock files, and migrations that cannot be reversed."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

from codeassist.changes.change import Change, ChangedFile
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.finding import Finding, Rule, Severity

ADDED = Rule("dependency-added", "DependencyAdded", "The change adds a dependency.", Severity.NOTE, ("dependencies",))
UNPINNED = Rule(
    "dependency-unpinned",
    "DependencyUnpinned",
    "A new dependency has no version, while most others do.",
    Severity.WARNING,
    ("dependencies",),
)
LOCK = Rule(
    "lock-file-stale", "LockFileStale", "Dependencies changed and the lock file did not.", Severity.WARNING, ("dependencies",)
)
REVERSE = Rule("migration-without-reverse", "MigrationWithoutReverse", "A migration cannot be reversed.", Severity.WARNING)

LOCKS = {
    "pyproject.toml": ("poetry.lock", "uv.lock", "pdm.lock"),
    "Pipfile": ("Pipfile.lock",),
    "Cargo.toml": ("Cargo.lock",),
    "package.json": ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lockb"),
    "go.mod": ("go.sum",),
    "Gemfile": ("Gemfile.lock",),
    "composer.json": ("composer.lock",),
}


class ProjectFiles:
    """Checks changed manifests and migrations."""

    name = "project-files"
    rules = (ADDED, UNPINNED, LOCK, REVERSE)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on manifests and migrations."""
        for file in facts.change.texts():
            if file.whole:
                continue
            base = file.path.rpartition("/")[2]
            if base in LOCKS or re.fullmatch(r"requirements[\w.-]*\.(?:txt|in)", base):
                yield from _manifest(facts.change, file, base)
            elif re.search(r"(?:^|/)(?:migrations|versions|migrate)/[^/]+\.(?:py|rb|sql)$", file.path):
                yield from _migration(file)


def dependencies(base: str, text: str) -> dict[str, str]:
    """Versions by name, as written in a manifest; "" without a version. Raises `ValueError` when it cannot be parsed."""
    if base == "package.json":
        data = json.loads(text)
        return {
            n: str(v)
            for key in ("dependencies", "devDependencies", "optionalDependencies")
            for n, v in (data.get(key) or {}).items()
        }
    if base in ("pyproject.toml", "Cargo.toml", "Pipfile"):
        return _toml(tomllib.loads(text))
    if base == "go.mod":
        return dict(re.findall(r"^\s*(?:require\s+)?([\w./~-]+\.[\w./~-]+)\s+(v[\w.+-]+)", text, re.MULTILINE))
    if base == "Gemfile":
        return {
            m[0]: m[1] for m in re.findall(r"^\s*gem\s+['\"]([\w-]+)['\"](?:\s*,\s*['\"]([^'\"]+)['\"])?", text, re.MULTILINE)
        }
    if base == "composer.json":
        data = json.loads(text)
        return {n: str(v) for key in ("require", "require-dev") for n, v in (data.get(key) or {}).items()}
    return dict(_requirement(line) for line in text.split("\n") if re.match(r"\s*[A-Za-z0-9]", line))


def _toml(data: dict[str, Any]) -> dict[str, str]:
    """The dependencies of a parsed pyproject.toml, Cargo.toml or Pipfile."""
    versions: dict[str, str] = {}
    for requirements in _requirement_lists(data):
        versions |= _listed_versions(requirements)
    for table in _dependency_tables(data):
        versions |= _table_versions(table)
    return versions


def _requirement_lists(data: dict[str, Any]) -> Iterator[object]:
    """Values that should be lists of PEP 508 requirements: of [project], its extras and [dependency-groups]."""
    project = data.get("project") or {}
    if isinstance(project, dict):
        yield project.get("dependencies")
        yield from (project.get("optional-dependencies") or {}).values()
    groups = data.get("dependency-groups")
    if isinstance(groups, dict):
        yield from groups.values()


def _dependency_tables(data: dict[str, Any]) -> Iterator[object]:
    """Values that should be tables from name to version: those of Cargo, Pipenv and Poetry."""
    for key in ("dependencies", "dev-dependencies", "build-dependencies", "packages", "dev-packages"):
        yield data.get(key)
    tool = data.get("tool") or {}
    poetry = tool.get("poetry", {}) if isinstance(tool, dict) else {}
    for key in ("dependencies", "dev-dependencies"):
        yield poetry.get(key)
    for group in (poetry.get("group") or {}).values():
        yield group.get("dependencies")


def _listed_versions(requirements: object) -> dict[str, str]:
    lines = requirements if isinstance(requirements, list) else ()
    return dict(_requirement(line) for line in lines if isinstance(line, str))


def _table_versions(table: object) -> dict[str, str]:
    versions: dict[str, str] = {}
    for name, entry in table.items() if isinstance(table, dict) else ():
        version = entry.get("version", "given elsewhere") if isinstance(entry, dict) else entry
        if name != "python":
            versions[name] = "" if version == "*" else str(version)
    return versions


def _requirement(line: str) -> tuple[str, str]:
    match = re.match(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)", line)
    return (match[1].lower().replace("_", "-"), match[2].strip()) if match else ("", "")


def _manifest(change: Change, file: ChangedFile, base: str) -> Iterator[Finding]:
    try:
        new = dependencies(base, file.new or "")
        old = dependencies(base, file.old) if file.old else {}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return
    changed = {n for n in new if old.get(n) != new[n]} | (old.keys() - new.keys())
    pinned = sum(bool(v) for v in old.values()) >= max(1, len(old) / 2)
    for name in sorted(new.keys() - old.keys()) if old else ():
        line = next((n for n in sorted(file.added) if name.lower() in file.added[n].lower().replace("_", "-")), 1)
        if not new[name] and pinned:
            yield Finding(
                UNPINNED.id,
                UNPINNED.severity,
                file.path,
                line,
                line,
                f"'{name}' has no version, while most other dependencies do.",
                0.85,
                source="project-files",
            )
        else:
            yield Finding(
                ADDED.id,
                ADDED.severity,
                file.path,
                line,
                line,
                f"'{name}' is a new dependency{' (' + new[name] + ')' if new[name] else ''}: check its upkeep and licence.",
                0.9,
                source="project-files",
            )
    folder = file.path.removesuffix(base)
    locks = [folder + name for name in LOCKS.get(base, ()) if change.read(folder + name) is not None]
    if base == "go.mod" and locks:  # a version that go.sum already has, and a removed one, need no change of it
        sums = change.read(locks[0]) or ""
        changed = {n for n in changed if n in new and f"{n} {new[n]}" not in sums}
    if changed and old and locks and not any(change.file(lock) for lock in locks):
        line = min(file.touched, default=1)
        yield Finding(
            LOCK.id,
            LOCK.severity,
            file.path,
            line,
            line,
            f"{min(changed)} changed here, but {locks[0].rpartition('/')[2]} was not updated.",
            0.9,
            source="project-files",
        )


def _migration(file: ChangedFile) -> Iterator[Finding]:
    text = file.new or ""
    if file.kind != "added":
        return
    line = 0
    if file.suffix == ".py" and "RunPython(" in text:
        match = re.search(r"RunPython\(\s*[\w.]+\s*,?\s*\)", text)
        line = text.count("\n", 0, match.start()) + 1 if match else 0
        problem = "'RunPython' has no reverse; add one, or migrations.RunPython.noop"
    elif file.suffix == ".py" and "RunSQL(" in text and "reverse_sql" not in text:
        match = re.search(r"RunSQL\(\s*(?:\"[^\"]*\"|'[^']*'|\w+)\s*,?\s*\)", text)
        line = text.count("\n", 0, match.start()) + 1 if match else 0
        problem = "'RunSQL' has no reverse_sql"
    elif (
        file.suffix == ".py"
        and "def upgrade(" in text
        and re.search(r"def downgrade\([^)]*\)[^:]*:\s*(?:\"\"\"[^\"]*\"\"\"\s*)?pass\b", text)
    ):
        line = text.count("\n", 0, text.index("def downgrade(")) + 1
        problem = "'downgrade' does nothing"
    if line:
        yield Finding(
            REVERSE.id,
            REVERSE.severity,
            file.path,
            line,
            line,
            f"{problem}: this migration cannot be reversed.",
            0.85,
            source="project-files",
        )
