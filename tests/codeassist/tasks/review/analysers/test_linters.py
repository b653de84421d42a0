"""Linters and security checkers: the real programs if they are installed, on changed lines only."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review import review
from tests.conftest import write

TOOLCHAINS = Path(__file__).parents[4] / "toolchains" / "node_modules"


def findings_of(root, prefix, *, project_tools=True):
    config = ReviewConfig(max_findings=0, profile="strict", project_tools=project_tools)
    result = review(root, read_change(root, ChangeSelection()), config)
    assert not result.unread
    return [(f.rule, f.severity.value, f.path, f.start) for f in result.every if f.rule.startswith(prefix)]


def has(*command):
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


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


@pytest.mark.parametrize(
    ("settings", "rules"),
    [
        ({"pyproject.toml": "[tool.bandit]\nexclude_dirs = ['src']\n"}, []),
        ({".bandit": "[bandit]\nskips = B404,B602\n"}, []),
        ({".bandit": "[bandit]\n"}, ["bandit/B404", "bandit/B602"]),
        ({"pyproject.toml": "[tool.bandit]\nskips = ['B404']\n"}, ["bandit/B602"]),
        ({}, []),
    ],
)
def test_bandit_only_if_it_is_configured(repository, settings, rules):
    root = repository({"src/a.py": "x = 1\n", **settings})
    write(root, {"src/a.py": "x = 1\nimport subprocess\n\nsubprocess.run(input(), shell=True)\n"})
    assert sorted(rule for rule, *_ in findings_of(root, "bandit/")) == rules


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck(repository):
    root = write(repository({"a.sh": "#!/bin/sh\nrm $2\n"}), {"a.sh": "#!/bin/sh\nrm $2\nrm $1\n"})
    assert findings_of(root, "shellcheck/") == [("shellcheck/SC2086", "note", "a.sh", 3)]


@pytest.mark.skipif(not (TOOLCHAINS / "eslint").is_dir(), reason="npm install --prefix tests/toolchains was not run")
def test_eslint_of_the_project_only_if_it_is_allowed(repository):
    settings = 'export default [{rules: {"no-unused-vars": "error", "no-debugger": "warn"}}];\n'
    root = repository({"a.js": "var old = 1;\n", "eslint.config.mjs": settings, ".gitignore": "node_modules\n"})
    (root / "node_modules").symlink_to(TOOLCHAINS)
    write(root, {"a.js": "var old = 1;\nvar fresh = 2;\ndebugger;\n"})
    assert findings_of(root, "eslint/") == [
        ("eslint/no-unused-vars", "warning", "a.js", 2),
        ("eslint/no-debugger", "note", "a.js", 3),
    ]
    assert findings_of(root, "eslint/", project_tools=False) == []


@pytest.mark.skipif(not has("cargo", "clippy", "--version"), reason="cargo has no clippy")
def test_clippy(repository, monkeypatch, tmp_path):
    home = os.path.expanduser(f"~{getpass.getuser()}")
    monkeypatch.setenv("RUSTUP_HOME", os.environ.get("RUSTUP_HOME") or f"{home}/.rustup")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    code = "pub fn one() -> i32 {\n    return 1;\n}\n"
    manifest = '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n'
    lock = 'version = 4\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n'
    root = repository({"shop/Cargo.toml": manifest, "shop/src/lib.rs": code, "shop/Cargo.lock": lock})
    write(root, {"shop/src/lib.rs": code + "\npub fn two() -> i32 {\n    return 2;\n}\n"})
    assert findings_of(root, "clippy/") == [("clippy/needless_return", "warning", "shop/src/lib.rs", 6)]
    assert sorted(path.name for path in (root / "shop").iterdir()) == ["Cargo.lock", "Cargo.toml", "src"]
    assert findings_of(root, "clippy/", project_tools=False) == []


@pytest.mark.skipif(os.name == "nt", reason="a shell script replaces the program")
@pytest.mark.parametrize("version", [1, 2])
def test_golangci_lint_as_documented(repository, monkeypatch, tmp_path, version):
    """golangci-lint was not available for this test: a script prints the output that is documented for each version."""
    issue = {
        "FromLinter": "errcheck",
        "Text": "Error return value is not checked",
        "Pos": {"Filename": "cmd/main.go", "Line": 4},
    }
    unchanged = {"FromLinter": "unused", "Text": "func `old` is unused", "Pos": {"Filename": "cmd/main.go", "Line": 1}}
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"Issues": [issue, unchanged], "Report": {}}) + ("\n2 issues.\n" if version == 2 else ""))
    option = "--output.json.path=stdout" if version == 2 else "--out-format=json"
    program = tmp_path / "bin" / "golangci-lint"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncase "$*" in *{option}*./cmd) cat {report};; *) echo "unknown flag"; exit 3;; esac\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    root = repository({"go.mod": "module shop\n", "cmd/main.go": "package main\n"})
    write(root, {"cmd/main.go": "package main\n\nfunc main() {\n\tclose(1)\n}\n"})
    assert findings_of(root, "golangci-lint/") == [("golangci-lint/errcheck", "warning", "cmd/main.go", 4)]


def test_invalid_output_of_a_linter_is_ignored(repository, monkeypatch, tmp_path):
    program = tmp_path / "bin" / "shellcheck"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho nonsense\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    root = write(repository({"a.sh": "#!/bin/sh\n"}), {"a.sh": "#!/bin/sh\nrm $1\n"})
    assert findings_of(root, "shellcheck/") == []
