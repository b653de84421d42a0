"""ruff: its findings on changed lines, with the settings of the project or the default rules."""

from __future__ import annotations

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review import review
from codeassist.tasks.review.analysers.linters import programs
from tests.codeassist.conftest import rules
from tests.codeassist.tasks.review.analysers.linters.conftest import findings_of
from tests.conftest import git, write


def test_ruff_with_the_default_rules_or_those_of_the_project(repository):
    before = {"a.py": "import os\n"}
    after = "import os\nimport sys\n\nassert (1, 'always')\nx = l = 1\n"
    root = write(repository(before), {"a.py": after})
    assert findings_of(root, "ruff/") == [
        ("ruff/F631", "warning", "a.py", 4),
        ("ruff/F401", "note", "a.py", 2),
    ]  # line 1 did not change
    write(root, {"ruff.toml": "[lint]\nselect = ['E741']\n"})
    assert findings_of(root, "ruff/") == [("ruff/E741", "note", "a.py", 5)]


def test_a_rule_of_style_that_unchanged_lines_break_is_not_enforced(repository):
    before = {"ruff.toml": "lint.select = ['ALL']\n", "a.py": "def old(x):\n    return x\n"}
    after = "def old(x):\n    return x\n\n\ndef new(x):\n    l = eval(x)\n    return l\n"
    found = {rule for rule, *_ in findings_of(write(repository(before), {"a.py": after}), "ruff/")}
    assert {"ruff/E741", "ruff/S307"} <= found
    assert not found & {"ruff/D103", "ruff/ANN001", "ruff/ANN201"}


def test_ruff_fixes_nothing_and_uses_the_nearest_settings(repository):
    root = repository(
        {
            "pyproject.toml": "[tool.ruff]\nfix = true\nshow-fixes = true\nlint.select = ['F']\n",
            "-a.py": "x = 1\n",
            "p/ruff.toml": "lint.select = ['D100']\n",
        }
    )
    write(root, {"-a.py": "import os\nx = gone\n", "p/b.py": "import os\n"})
    assert findings_of(root, "ruff/") == [
        ("ruff/F821", "error", "-a.py", 2),
        ("ruff/F401", "note", "-a.py", 1),
        ("ruff/D100", "note", "p/b.py", 1),
    ]


def test_all_files_on_disk_are_checked_in_one_run(repository, monkeypatch):
    root = write(repository({"x.py": "x = 1\n"}), {f"m{n}.py": f"x{n} = gone\n" for n in range(5)})
    runs = []
    execute = programs.execute
    monkeypatch.setattr(programs, "execute", lambda command, *rest: runs.append(command) or execute(command, *rest))
    assert [path for _, _, path, _ in findings_of(root, "ruff/F821")] == [f"m{n}.py" for n in range(5)]
    assert len([command for command in runs if "check" in command and "--output-format" in command]) == 1


def test_staged_files_are_checked_as_they_are_staged(repository):
    root = write(repository({"a.py": "x = 1\n"}), {"a.py": "x = gone\n"})
    git(root, "add", ".")
    write(root, {"a.py": "x = 2\n"})
    result = review(root, read_change(root, ChangeSelection(staged=True)), ReviewConfig())
    assert "ruff/F821" in [f.rule for f in result.every]


def test_a_name_that_is_not_defined_is_reported(findings):
    result = findings({"readme.md": "x\n"}, {"a.py": "def f():\n    return nowhere\n"})
    assert ("ruff/F821", 2) in [(r, n) for r, _, n in rules(result)], rules(result)


def test_only_changed_lines_are_reported(findings):
    before = "def f():\n    return nowhere\n\n\nx = 1\n"
    result = findings({"a.py": before}, {"a.py": before.replace("x = 1", "x = 2")})
    assert not [r for r, *_ in rules(result) if r.startswith("ruff")]


def test_a_safe_fix_of_the_reported_lines_becomes_a_patch(repository):
    root = repository({"ruff.toml": "lint.select = ['F541', 'F841', 'UP034']\n", "a.py": "x = 1\n"})
    write(root, {"a.py": "x = 1\nprint((f'text'))\n\n\ndef f():\n    unused = 1\n"})
    result = review(root, read_change(root, ChangeSelection()), ReviewConfig(max_findings=0, profile="strict"))
    assert {f.rule: f.patch for f in result.every if f.rule.startswith("ruff/")} == {
        "ruff/F541": "print(('text'))",
        "ruff/UP034": "print(f'text')",
        "ruff/F841": None,  # not a safe fix
    }


def test_names_of_python_2_are_notes(findings):
    result = findings({"a.md": "x\n"}, {"m.py": "def f(x):\n    return unicode(x), nowhere(x)\n"})
    assert sorted((f.message, f.severity.value) for f in result.every if f.rule == "ruff/F821") == [
        ("Undefined name `nowhere`.", "error"),
        ("Undefined name `unicode`.", "note"),
    ]


@pytest.mark.parametrize("settings", [{}, {"ruff.toml": '[lint]\nselect = ["F"]\n'}], ids=["without settings", "with settings"])
def test_names_in_a_module_with_a_star_import_are_not_reported(findings, settings):
    before = "from os.path import *\n\nfirst = join('a', 'b')\n"
    result = findings({"a.py": before, **settings}, {"a.py": before + "second = split('a/b')\n"})
    assert not [f for f in result.every if f.rule.startswith("ruff/F40")]
