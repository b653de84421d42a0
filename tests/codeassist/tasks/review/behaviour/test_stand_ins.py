"""Objects that no input can make are stood in for: how they are called is behaviour."""

from __future__ import annotations

import subprocess
import sys

import pytest

SOURCE = """
class Result:
    def __init__(self, source):
        self._source = source

    def send(self, kind, value=None):
        {body}

    def end(self):
        self._source.flush()
        return 1
"""


def changed(compare, before, after):
    files = {"result.py": SOURCE.format(body=before)}
    result, analyser = compare(files, {"result.py": SOURCE.format(body=after)}, seconds=6.0)
    return result, analyser.report.differences


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "if value is None:\n            return self._source.throw(kind)\n        return self._source.throw(kind, value)",
            "if value is not None:\n            return self._source.throw(kind)\n        return self._source.throw(kind, value)",
        ),
        ("self._source.put(kind)\n        self._source.commit()", "self._source.put(kind)"),
        ("self._source.put(kind)", "self._source.put(kind)\n        self._source.put([kind])"),
    ],
    ids=["a condition on None", "a call that is missing", "a further call"],
)
def test_calls_of_a_stand_in_that_differ_are_shown(compare, before, after):
    result, differences = changed(compare, before, after)
    assert "stand-in[" in differences[0].before + differences[0].after, result.notes
    assert differences[0].function == "Result.send"
    assert "mock_calls)" in differences[0].reproducer


def test_the_reproducer_prints_the_calls(compare, tmp_path):
    _, differences = changed(compare, "self._source.put(kind)\n        self._source.commit()", "self._source.put(kind)")
    module = tmp_path / "result.py"
    outputs = []
    for body in ("self._source.put(kind)\n        self._source.commit()", "self._source.put(kind)"):
        module.write_text(SOURCE.format(body=body))
        done = subprocess.run(
            [sys.executable, "-c", differences[0].reproducer], check=True, cwd=tmp_path, capture_output=True, text=True
        )
        outputs.append(done.stdout)
        module.unlink()
    assert "commit" in outputs[0]
    assert "commit" not in outputs[1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("self._source.put(kind, value)", "self._source.put(kind, value=value)"),
        ("self._source.put(kind)", "self._source.insert(kind, 1)"),
        ("self._source.a()\n        self._source.b()", "self._source.b()\n        self._source.a()"),
        ("self._source.a()\n        self._source.a()", "self._source.a()"),
    ],
    ids=["by name", "another method", "another order", "once"],
)
def test_rewritten_calls_are_no_difference(compare, before, after):
    _, differences = changed(compare, before, after)
    assert not [d for d in differences if "stand-in" in d.before + d.after]


ASYNC = """
class Cursor:
    def __init__(self, connection):
        self._connection = connection

    async def fetch(self, size=None):
        given = ()
        if size is {mark}None:
            given = (size,)
        found = await self._connection.fetch(*given)
        return 1
"""


def test_what_a_stand_in_returns_can_be_awaited(compare):
    _, analyser = compare({"db.py": ASYNC.format(mark="not ")}, {"db.py": ASYNC.format(mark="")}, seconds=8.0)
    (difference, *_) = analyser.report.differences
    assert "stand-in[fetch(" in difference.before + difference.after
