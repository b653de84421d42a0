"""bandit: only if the project configures it, with its settings."""

from __future__ import annotations

import pytest

from tests.codeassist.tasks.review.analysers.linters.conftest import findings_of
from tests.conftest import write


@pytest.mark.parametrize(
    ("settings", "rules"),
    [
        ({"pyproject.toml": "[tool.bandit]\nexclude_dirs = ['src']\n"}, []),
        ({".bandit": "[bandit]\nskips = B404,B602\n"}, []),
        ({".bandit": "[bandit]\n"}, ["bandit/B404", "bandit/B602"]),
        ({".bandit": "[bandit]\ntests = B602\n"}, ["bandit/B602"]),
        ({".bandit": "not a configuration"}, []),
        ({"pyproject.toml": "[tool.bandit]\nskips = ['B404']\n"}, ["bandit/B602"]),
        ({}, []),
    ],
)
def test_bandit_only_if_it_is_configured(repository, settings, rules):
    root = repository({"src/a.py": "x = 1\n", **settings})
    write(root, {"src/a.py": "x = 1\nimport subprocess\n\nsubprocess.run(input(), shell=True)\n"})
    assert sorted(rule for rule, *_ in findings_of(root, "bandit/")) == rules


def test_the_configuration_of_bandit_writes_no_file(repository, tmp_path):
    root = repository({"src/a.py": "x = 1\n", ".bandit": f"[bandit]\noutput = {tmp_path / 'written'}\n"})
    write(root, {"src/a.py": "x = 1\nimport subprocess\n"})
    assert [rule for rule, *_ in findings_of(root, "bandit/")] == ["bandit/B404"]
    assert not (tmp_path / "written").exists()


@pytest.mark.parametrize("folder", [".ci", "./.ci/", "a/.ci"])
def test_a_hidden_folder_is_excluded(repository, folder):
    path = f"{folder.removeprefix('./').strip('/')}/a.py"
    root = repository({path: "x = 1\n", "pyproject.toml": f"[tool.bandit]\nexclude_dirs = ['{folder}']\n"})
    write(root, {path: "x = 1\nimport subprocess\n"})
    assert findings_of(root, "bandit/") == []
