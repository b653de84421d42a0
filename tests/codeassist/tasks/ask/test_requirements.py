"""The version of a runtime that a manifest states."""

from __future__ import annotations

import pytest

from codeassist.tasks.ask import ask
from indexers import Index
from tests.conftest import write

FILES = {
    "package.json": '{\n  "name": "quay",\n  "engines": {\n    "node": ">= 18"\n  }\n}\n',
    "pyproject.toml": '[project]\nname = "quay"\nrequires-python = ">=3.11"\n',
    "go.mod": "module example.test/quay\n\ngo 1.22\n",
    "quay.py": "def node_of(tree):\n    '''The node of a tree which version 2 needs.'''\n    return tree\n",
}


@pytest.fixture(scope="module")
def quay(tmp_path_factory):
    with Index.build(write(tmp_path_factory.mktemp("quay"), FILES)) as index:
        yield index


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("which node version does it need?", '"node": ">= 18"'),
        ("Oldest Node.js release this still runs on?", '"node": ">= 18"'),
        ("what python versions are supported", 'requires-python = ">=3.11"'),
        ("does this run on older python?", 'requires-python = ">=3.11"'),
        ("minimum go version", "go 1.22"),
    ],
)
def test_the_line_of_the_manifest_is_the_answer(quay, question, line):
    assert line in ask(quay, question).text.splitlines()[0]


def test_the_program_itself_counts_before_its_tests_and_benchmarks(tmp_path):
    files = {
        f"{folder}/{name}.csproj": f"<Project>\n  <TargetFramework>{target}</TargetFramework>\n</Project>\n"
        for folder, name, target in (
            ("bench", "B", "net10.0"),
            ("src/Quay", "Quay", "net8.0"),
            ("test", "Quay.Tests", "net9.0"),
        )
    }
    with Index.build(write(tmp_path, files)) as index:
        assert "net8.0" in ask(index, "which .net version does it need").text


@pytest.mark.parametrize("question", ["which node of the tree does version 2 need", "which ruby version does it need?"])
def test_other_questions_are_answered_from_the_code(quay, question):
    assert "says:" not in ask(quay, question).text


@pytest.mark.parametrize(
    ("name", "text", "question", "line"),
    [
        ("package.json", '{\n"engines": {"npm": ">=9.1",\n"node": ">=18.2"}\n}\n', "which node version", '"node": ">=18.2"'),
        ("package.json", '{\n"engines": {"npm": ">=9.1",\n"node": ">=18.2"}\n}\n', "which npm version", '"npm": ">=9.1"'),
        ("package.json", '{\n"devDependencies": {\n"npm": "^9"\n}\n}\n', "which npm version", None),
        (
            "pyproject.toml",
            "[tool.mypy]\npython = 'x'\n\n[project]\n# requires-python: see below\nrequires-python = '>=3.9'\n",
            "which python version",
            "requires-python = '>=3.9'",
        ),
        (
            "pyproject.toml",
            "[tool.other]\npython = '3.13'\n\n[tool.poetry.dependencies]\nquay = '1'\npython = '^3.10'\n",
            "which python version",
            "python = '^3.10'",
        ),
        (
            "pom.xml",
            "<a>\n<source>target/generated-sources</source>\n<release>17</release>\n</a>\n",
            "which java version",
            "<release>17</release>",
        ),
        (
            "composer.json",
            '{\n"config": {"platform": {"php": "7.1"}},\n"require": {\n"ext-json": "*",\n"php": ">=8.1"\n}\n}\n',
            "which php version",
            '"php": ">=8.1"',
        ),
    ],
)
def test_other_lines_that_look_alike_are_not_the_answer(tmp_path, name, text, question, line):
    with Index.build(write(tmp_path, {name: text, "quay.py": "def quay():\n    return 1\n"})) as index:
        said = ask(index, question).text.splitlines()[0].partition("says:")[2]
    assert (line in said) if line is not None else not said
