"""A removed `await` in Python whose result is returned, kept, or only tested."""

from __future__ import annotations

import textwrap

import pytest

CLIENT = "async def fetch(x=0):\n    return x\n\n\ndef plain(x=0):\n    return x\n"


def _user(body: str, head: str = "async def go(self=None):", rest: str = "") -> str:
    return f"import asyncio\nfrom n import fetch\n\n\n{head}\n{textwrap.indent(textwrap.dedent(body), '    ')}{rest}"


LOST = {
    "returned": "return await fetch(1)\n",
    "returned in a dict": "return {'user': await fetch(1), 'n': 1}\n",
    "returned or a default": "return await fetch(1) or 'none'\n",
    "tested": "if await fetch(1) and self:\n    return 1\n",
    "a condition of a loop": "while self and await fetch(1):\n    print(1)\n",
    "asserted": "assert await fetch(1)\n",
    "chosen by it": "return 1 if (await fetch(1)) else 2\n",
    "kept and tested": "value = await fetch(1)\nif value:\n    return 1\n",
    "kept and returned": "value = await fetch(1)\nreturn value\n",
    "kept and passed on": "value = await fetch(1)\nprint(1, value)\n",
    "an attribute": "self.user = await fetch(1)\nreturn self.user\n",
    "an attribute read elsewhere": "self.user = await fetch(1)\n",
    "a list": "found = [await fetch(x) for x in range(3)]\nreturn sorted(found)\n",
    "printed": "print(await fetch(1))\n",
    "over lines": "return await fetch(\n    1,\n)\n",
}


@pytest.mark.parametrize("body", LOST.values(), ids=LOST.keys())
def test_a_coroutine_stands_where_a_value_was(findings, body):
    before = _user(body, rest="\n\ndef name(self):\n    return self.user.name\n")
    result = findings({"m.py": before, "n.py": CLIENT}, {"m.py": before.replace("await ", "")})
    assert [(f.rule, f.severity.value) for f in result.every if f.rule == "missing-await"] == [("missing-await", "error")]


def test_the_message_says_what_becomes_of_it(findings):
    before = _user("return await fetch(1)\n")
    result = findings({"m.py": before, "n.py": CLIENT}, {"m.py": before.replace("await ", "")})
    (finding,) = [f for f in result.every if f.rule == "missing-await"]
    assert finding.message == "'fetch' is a coroutine function: 'go' returns the coroutine instead of its result."
    assert finding.start == 6


RIGHT = {
    "no coroutine function any more": ("return await fetch(1)\n", "return fetch(1)\n", "def go(self=None):"),
    "awaited where it is used": ("value = await fetch(1)\nreturn value\n", "value = fetch(1)\nreturn await value\n", ""),
    "gathered": (
        "found = [await fetch(x) for x in range(3)]\nreturn found\n",
        "found = [fetch(x) for x in range(3)]\nreturn await asyncio.gather(*found)\n",
        "",
    ),
    "a variable for tasks": ("tasks = [await fetch(1)]\nreturn tasks\n", "tasks = [fetch(1)]\nreturn tasks\n", ""),
    "a plain function": ("return await plain(1)\n", "return plain(1)\n", ""),
    "all its uses are new": ("value = await fetch(1)\n", "value = fetch(1)\nself.queue.put(value)\n", ""),
    "passed to a function": ("return self.keep(await fetch(1))\n", "return self.keep(fetch(1))\n", ""),
}


@pytest.mark.parametrize(("before", "after", "head"), RIGHT.values(), ids=RIGHT.keys())
def test_a_coroutine_that_is_meant(findings, before, after, head):
    new = _user(after, head or "async def go(self=None):")
    result = findings({"m.py": _user(before), "n.py": CLIENT}, {"m.py": new})
    assert not [f for f in result.every if f.rule == "missing-await"]


def test_callers_that_await_twice_get_the_result(findings):
    before = _user("return await fetch(1)\n")
    after = before.replace("await ", "") + "\n\nasync def use():\n    return await (await go())\n"
    result = findings({"m.py": before, "n.py": CLIENT}, {"m.py": after})
    assert not [f for f in result.every if f.rule == "missing-await"]
