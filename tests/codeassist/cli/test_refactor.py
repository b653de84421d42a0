"""`codeassist refactor`: a patch across files."""

from __future__ import annotations


def test_refactor_needs_a_model_and_existing_files(changed, run):
    assert run("refactor", "shorter", "cart.py", cwd=changed).code == 2
    assert "This needs a language model" in run("refactor", "shorter", "cart.py", cwd=changed).err
    assert "nowhere.py" in run("refactor", "shorter", "nowhere.py", cwd=changed).err


def test_refactor_refuses_a_patch_that_breaks_a_test(mean_change, with_model):
    bad = {
        "Change these files": {
            "reason": "x",
            "edits": [{"path": "m.py", "old": "return sum(values) / len(values)", "new": "return 0"}],
        }
    }
    done, _ = with_model(bad, "refactor", "simpler", "m.py", cwd=mean_change)
    assert done.code == 1
    assert "no patch is offered" in done.err
    assert "1 tests that passed before fail now" in done.err


def test_refactor_shows_calls_that_do_something_else(mean_change, with_model):
    other = {
        "Change these files": {
            "reason": "x",
            "edits": [
                {"path": "m.py", "old": "return sum(values) / len(values)", "new": "return sum(values) / (len(values) or 1)"}
            ],
        }
    }
    done, _ = with_model(other, "refactor", "simpler", "m.py", cwd=mean_change)
    assert done.code == 0, done.err
    (line,) = [line for line in done.err.splitlines() if line.startswith("differs  ")]
    assert "mean(" in line
    assert "before raises ZeroDivisionError" in line
