"""What the documents say is true: their commands run, their Python runs, the reference is up to date."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import git

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LONG_RUNNING = {"--watch", "--install-completion"}
SERVING = {"lsp", "mcp", "serve"}
"""Commands that run until they are stopped; their own tests run them, here their options are checked."""


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, tuple[str, ...]]]:
    """The commands of each block, in order: those of one block build on each other."""
    found = []
    for path in DOCUMENTS:
        for block in blocks(path, "sh"):
            lines = tuple(line.split(" #")[0].strip() for line in block.splitlines() if line.startswith("codeassist "))
            if lines:
                found.append((path.name, lines))
    return found


def test_the_documents_hold_commands():
    assert sum(len(lines) for _, lines in commands()) > 40
    assert any("ask" in line for _, lines in commands() for line in lines)


@pytest.mark.parametrize(("document", "lines"), commands(), ids=lambda value: value if isinstance(value, str) else value[0])
def test_every_command_runs(shop, run, document, lines):
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "First")
    git(shop, "commit", "-qm", "Second", "--allow-empty")
    for line in lines:
        arguments = shlex.split(line)[1:]
        assert not LONG_RUNNING.intersection(arguments)
        if arguments[0] in SERVING:
            arguments.append("--help")
        if "--no-refresh" in arguments or arguments[0] in ("status", "clean"):
            run("index", "-q", ".", cwd=shop)
        outcome = run(*arguments, cwd=shop)
        assert outcome.code == 0, f"{line}: {outcome.err}"


def examples() -> list[tuple[str, str]]:
    return [(path.name, block) for path in DOCUMENTS for block in blocks(path, "python")]


@pytest.mark.parametrize(("document", "code"), examples())
def test_every_python_example_runs(shop, document, code):
    done = subprocess.run([sys.executable, "-c", code], cwd=shop, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_reference_is_up_to_date():
    script = "import sys; sys.path.insert(0, 'docs'); import generate; sys.stdout.write(generate.reference())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout == (ROOT / "docs" / "reference.md").read_text(encoding="utf-8"), "run: make docs"


def test_links_between_documents_resolve():
    for path in [*DOCUMENTS, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", ROOT / "benchmarks" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_makefile_targets_that_the_readme_names_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z-]+)", "\n".join(blocks(ROOT / "README.md", "sh")), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets
