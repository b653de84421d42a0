"""How a project is installed, built, tested and started, by its own files."""

from __future__ import annotations

import pytest

from codeassist.tasks.ask import ask
from indexers import Index
from tests.conftest import write

TEXT = "def area(width, height):\n    return width * height\n"
MAKE = "PYTHON ?= python3\n\nall: test\n\ntest: deps\n\t@$(PYTHON) -m pytest -n 2\n\n# nothing\nrun:\n\tpython -m tidal\n"
TOX = "[tox]\nenvlist = py311\n\n[testenv:lint]\ncommands = ruff check\n\n[testenv]\ncommands =\n    ; all of them\n    pytest {posargs}\n"
NPM = '{\n  "name": "tidal",\n  "scripts": {\n    "build": "tsc -p .",\n    "test": "vitest run"\n  }\n}\n'
PARTS = '{\n  "scripts": {\n    "dev": "vite",\n    "test:unit": "vitest run",\n    "test-e2e": "playwright test"\n  }\n}\n'
PYPROJECT = (
    '[build-system]\nrequires = ["hatchling"]\n\n[project]\nname = "tidal"\n\n[tool.pytest.ini_options]\naddopts = "-q"\n'
)


@pytest.mark.parametrize(
    ("name", "text", "question", "said"),
    [
        ("Makefile", MAKE, "how do I run the tests?", "`Makefile` [1]: `make test`, `$(PYTHON) -m pytest -n 2`."),
        ("Makefile", MAKE, "how do I start it", "`Makefile` [1]: `make run`, `python -m tidal`."),
        ("Makefile", "test:\n\techo `date`\n", "how to test", "`Makefile` [1]: `make test`, `` echo `date` ``."),
        ("tox.ini", TOX, "how do I run the tests", "`tox.ini` [1]: `tox`, `pytest {posargs}`."),
        ("package.json", NPM, "how do I test it", "`package.json` [1]: `npm test`, `vitest run`."),
        ("package.json", NPM, "how to build", "`package.json` [1]: `npm run build`, `tsc -p .`."),
        ("package.json", NPM, "how do I install it", "`package.json` [1]: `npm install`."),
        ("package.json", PARTS, "how do I run the tests", "`package.json` [1]: `npm run test:unit`, `npm run test-e2e`."),
        ("pytest.ini", "[pytest]\n", "how do I run all the unit tests?", "`pytest.ini` [1]: `pytest`."),
        ("pyproject.toml", PYPROJECT, "how to test", "`pyproject.toml` [1]: `pytest`."),
        ("pyproject.toml", PYPROJECT, "how to build it", "`pyproject.toml` [1]: `python -m build`."),
        ("pyproject.toml", PYPROJECT, "how do I install this", "`pyproject.toml` [1]: `pip install .`, `pip install tidal`."),
        ("Cargo.toml", '[package]\nname = "tidal"\n', "how do I run the tests?", "`Cargo.toml` [1]: `cargo test`."),
    ],
)
def test_the_files_of_a_project_say_its_commands(tmp_path, name, text, question, said):
    with Index.build(write(tmp_path, {"tidal.py": TEXT, name: text})) as index:
        assert said in ask(index, question).text


def test_the_line_that_says_it_is_cited(tmp_path):
    with Index.build(write(tmp_path, {"tidal.py": TEXT, "Makefile": MAKE, "package.json": NPM})) as index:
        answer = ask(index, "how do I run the tests?")
    assert [(c.path, c.start_line) for c in answer.citations] == [("Makefile", 5), ("package.json", 5)]


@pytest.mark.parametrize("text", ["{", "[1, 2]", '{"scripts": 3}', '{"scripts": {"test": []}}', "[" * 3_000, ""])
def test_a_broken_manifest_says_nothing(tmp_path, text):
    with Index.build(write(tmp_path, {"tidal.py": TEXT, "package.json": text})) as index:
        assert "npm" not in ask(index, "how do I run the tests?").text


def test_contributors_are_answered_from_their_documents(tmp_path):
    files = {
        "docs/testing.md": "# Testing\n\n## Testing your pages\n\nUse the client of tidal in your own tests.\n",
        ".github/CONTRIBUTING.md": "# Contributing\n\n## Tests\n\n<!-- keep\nshort -->\nRun them with make check.\n",
    }
    with Index.build(write(tmp_path, {"tidal.py": TEXT, **files})) as index:
        text = ask(index, "how do I run the tests?").text
    assert text == "“Tests” in `.github/CONTRIBUTING.md` [1]:\n> Run them with make check."
