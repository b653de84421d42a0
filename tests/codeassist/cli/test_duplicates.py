"""`codeassist duplicates`."""

from __future__ import annotations

from tests.codeassist.similar_code import ORIGINAL, OTHER, TWIN


def test_duplicates_of_a_repository(repository, run):
    root = repository({"lib/settings.py": ORIGINAL, "app/options.py": TWIN, "lib/words.py": OTHER})
    shown = run("duplicates", cwd=root)
    assert shown.code == 0, shown.err
    assert "app/options.py:1-8  combine_options" in shown.out
    assert "lib/settings.py:1-9  merge_settings" in shown.out
    assert "count_words" not in shown.out
    assert run("duplicates", "lib/words.py", cwd=root).out == ""
    assert run("duplicates", "nowhere", cwd=root).code == 2
