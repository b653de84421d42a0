"""New functions that duplicate existing ones."""

from __future__ import annotations

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review import review
from indexers import Index
from tests.codeassist.similar_code import ORIGINAL, OTHER, TWIN
from tests.conftest import write


def test_new_code_that_duplicates_existing_code(repository):
    root = repository({"lib/settings.py": ORIGINAL, "lib/words.py": OTHER})
    write(root, {"app/options.py": TWIN})
    with Index.build(root) as index:
        result = review(root, read_change(root, ChangeSelection()), ReviewConfig(max_findings=0), index)
    [finding] = [f for f in result.every if f.rule == "duplicate"]
    assert [str(p) for p in finding.evidence] == ["app/options.py:1", "lib/settings.py:1"]
    assert (finding.path, finding.start, finding.end) == ("app/options.py", 1, 8)
    assert "merge_settings" in finding.message


@pytest.mark.parametrize(
    "after",
    [
        {"app/options.py": OTHER},
        {"tests/test_options.py": TWIN},
        {"app/options.py": "def f(x):\n    return x\n"},
        {"lib/settings.py": ORIGINAL.replace("dict(defaults)", "defaults.copy()")},
    ],
    ids=["another function", "a test", "a short function", "the function itself changed"],
)
def test_other_code_is_not_a_duplicate(repository, after):
    root = repository({"lib/settings.py": ORIGINAL})
    write(root, after)
    with Index.build(root) as index:
        result = review(root, read_change(root, ChangeSelection()), ReviewConfig(max_findings=0), index)
    assert not [f for f in result.every if f.rule == "duplicate"]


def test_a_changed_line_of_an_existing_twin_is_not_a_new_duplicate(repository):
    root = repository({"lib/settings.py": ORIGINAL, "app/options.py": TWIN})
    write(root, {"app/options.py": TWIN.replace("dict(base)", "dict(base or {})")})
    with Index.build(root) as index:
        result = review(root, read_change(root, ChangeSelection()), ReviewConfig(max_findings=0), index)
    assert not [f for f in result.every if f.rule == "duplicate"]
