"""A package with one plug-in of each kind, installed as its entry points would install it, used through the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import git, write

PACKAGE = {
    "tiny_plugin.py": '''"""One extension of each kind."""

from codeassist.errors import UsageError
from codeassist.tasks.review.finding import Finding, Rule, Severity
from codeassist.testing import ScriptedChat
from indexers.testing import HashEncoder

RULE = Rule("no-zebra", "NoZebra", "Zebras are not allowed in code.", Severity.WARNING)


class NoZebra:
    name = "zebra"
    rules = (RULE,)

    def run(self, facts):
        for file in facts.change.texts():
            for number, line in enumerate(file.new.split("\\n"), 1):
                if "zebra" in line and number in file.touched:
                    yield Finding(RULE.id, RULE.severity, file.path, number, number, "a zebra was added")


analyser = NoZebra()


def encoder(rest):
    return HashEncoder(int(rest), name="tiny:" + rest)


def model(settings):
    return ScriptedChat(["Payments go through the gateway [1].\\n"] * 9, name=settings.name)


class TinyRunner:
    language = "tiny"
    framework = "tinytest"
    form = "check 1"

    def __init__(self, target):
        self.target = target


def runner(target):
    return TinyRunner(target) if target.path.suffix == ".tiny" else None


def shout(words: str) -> None:
    """Print words in upper case."""
    if not words.strip():
        raise UsageError("There are no words.")
    print(words.upper())
''',
    "tiny_plugin-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny-plugin\nVersion: 1.0\n",
    "tiny_plugin-1.0.dist-info/entry_points.txt": """[codeassist.analysers]
zebra = tiny_plugin:analyser
[codeassist.encoders]
tiny = tiny_plugin:encoder
[codeassist.models]
tiny = tiny_plugin:model
[codeassist.runners]
tiny = tiny_plugin:runner
[codeassist.commands]
shout = tiny_plugin:shout
""",
}

Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def with_plugin(tmp_path: Path) -> Program:
    """Run Python with the package on its path, in a folder: `with_plugin("-m", "codeassist", ..., cwd=folder)`."""
    packages = write(tmp_path / "packages", PACKAGE)

    def program(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(packages)}
        return subprocess.run(
            [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return program


def test_a_command(with_plugin: Program, shop: Path) -> None:
    assert with_plugin("-m", "codeassist", "shout", "hello", cwd=shop).stdout == "HELLO\n"
    assert "Print words in upper case." in with_plugin("-m", "codeassist", "--help", cwd=shop).stdout
    failed = with_plugin("-m", "codeassist", "shout", " ", cwd=shop)
    assert (failed.returncode, failed.stderr) == (2, "codeassist: There are no words.\n")


def test_an_analyser(with_plugin: Program, shop: Path) -> None:
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "First")
    write(shop, {"shop/animals.py": 'KINDS = ["horse", "zebra"]\n'})
    git(shop, "add", ".")
    review = with_plugin("-m", "codeassist", "review", "--staged", "--format", "json", cwd=shop)
    found = [(finding["rule"], finding["path"], finding["start_line"]) for finding in json.loads(review.stdout)["findings"]]
    assert ("no-zebra", "shop/animals.py", 1) in found


def test_an_encoder(with_plugin: Program, shop: Path) -> None:
    assert with_plugin("-m", "codeassist", "index", "-q", "--encoder", "tiny:24", ".", cwd=shop).returncode == 0
    status = json.loads(with_plugin("-m", "codeassist", "status", "--json", cwd=shop).stdout)
    assert (status["encoder"], status["dimension"]) == ("tiny:24", 24)


def test_a_model(with_plugin: Program, shop: Path) -> None:
    write(shop, {".codeassist.toml": ""})
    answer = with_plugin("-m", "codeassist", "ask", "how are payments made", "--model", "tiny:small", "--json", cwd=shop)
    assert json.loads(answer.stdout)["answer"].startswith("Payments go through the gateway")
    assert json.loads(answer.stdout)["model"] == "tiny:small"


def test_a_runner(with_plugin: Program, shop: Path) -> None:
    write(shop, {"sums.tiny": "add 1 2\n"})
    script = (
        "from pathlib import Path\n"
        "from codeassist.sandbox.runners import find_runner\n"
        "from codeassist.sandbox.target import find_target\n"
        "print(find_runner(find_target('sums.tiny', Path.cwd())).framework)\n"
    )
    done = with_plugin("-c", script, cwd=shop)
    assert done.stdout == "tinytest\n", done.stderr


def test_a_plugin_that_cannot_be_loaded_is_named(with_plugin: Program, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "packages" / "tiny_plugin.py").write_text("import missing_module\n")
    failed = with_plugin("-m", "codeassist", "shout", "hello", cwd=shop)
    assert failed.returncode == 2
    assert "plug-in 'shout' of codeassist.commands (tiny_plugin:shout) cannot be loaded" in failed.stderr
    assert "missing_module" in failed.stderr


def test_a_broken_plugin_does_not_hide_the_help(with_plugin: Program, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "packages" / "tiny_plugin.py").write_text("import missing_module\n")
    shown = with_plugin("-m", "codeassist", "--help", cwd=shop)
    assert shown.returncode == 0
    assert "gen-tests" in shown.stdout
    assert "plug-in 'shout'" in shown.stderr
