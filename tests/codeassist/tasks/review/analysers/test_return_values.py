"""Changed shapes of results and new exceptions."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (
            "def get(key):\n    return key\n",
            "def get(key):\n    try:\n        raise LookupError(key)\n    except LookupError:\n        return key\n",
            "new-exception",
        ),
        ("def get(key):\n    return [key]\n", "def get(key):\n    raise RuntimeError('gone')\n", "return-shape-changed"),
        (
            "def get(key):\n    return [key]\n",
            "from typing import overload\n\n\n@overload\ndef get(key: int) -> list: ...\n@overload\ndef get(key: str) -> list: ...\ndef get(key):\n    return [key]\n",
            "return-shape-changed",
        ),
    ],
)
def test_results_that_did_not_change_for_callers_are_not_reported(findings, before, after, rule):
    user = "from m import get\n\n\ndef use():\n    return get(1)[0]\n"
    result = findings({"m.py": before, "user.py": user}, {"m.py": after})
    assert [f.message for f in result.every if f.rule == rule] == []


GET = "def get(key):\n    return [key]\n"


@pytest.mark.parametrize(
    ("before", "after", "user", "message"),
    [
        (GET, "def get(key):\n    print(key)\n", "x = get(1)[0]\n", "used to return a value and now returns None"),
        (
            "def get(key):\n    return 1, 2\n",
            "def get(key):\n    return 1, 2, 3\n",
            "a, b = get(1)\n",
            "used to return a tuple of 2 and now returns a tuple of 3",
        ),
        ("def get(key):\n    return 1, 2\n", "def get(key):\n    return 1, 2, 3\n", "a, *b = get(1)\n", ""),
        (GET, "def get(key):\n    yield key\n", "for x in get(1):\n    pass\n", ""),
        (GET, "def get(key):\n    if key:\n        return None\n    return [key]\n", "x = get(1)[0]\n", ""),
    ],
)
def test_callers_that_use_the_old_shape_are_reported(findings, before, after, user, message):
    result = findings({"m.py": before, "user.py": f"from m import get\n\n{user}"}, {"m.py": after})
    reported = [f for f in result.every if f.rule == "return-shape-changed"]
    assert len(reported) == bool(message)
    assert all(message in f.message and [str(p) for p in f.evidence] == ["user.py:3"] for f in reported)


@pytest.mark.parametrize(
    ("name", "after", "user", "expected"),
    [
        ("user.py", "    raise KeyError(key)\n", "get(1)\n", 1),
        ("user.py", '    """Raises KeyError."""\n    raise KeyError(key)\n', "get(1)\n", 0),
        ("user.py", "    raise KeyError(key)\n", "try:\n    get(1)\nexcept KeyError:\n    pass\n", 0),
        ("user.py", "    raise NotImplementedError\n", "get(1)\n", 0),
        ("tests/test_m.py", "    raise KeyError(key)\n", "get(1)\n", 0),
    ],
)
def test_a_new_exception_that_callers_do_not_catch_is_reported(findings, name, after, user, expected):
    result = findings({"m.py": GET, name: f"from m import get\n\n{user}"}, {"m.py": f"def get(key):\n{after}"})
    reported = [f for f in result.every if f.rule == "new-exception"]
    assert [[str(p) for p in f.evidence] for f in reported] == [[f"{name}:3"]] * expected
