"""A coroutine that is not awaited, and a variable that the change stops using."""

from __future__ import annotations

import pytest

CLIENT = (
    "class Client:\n    async def send(self, x):\n        return x\n\n    async def go(self):\n        await self.send(1)\n"
)
BOX = "def box(margin_x, margin_y):\n    width = 10 + margin_x\n    height = 20 + margin_y\n    return width, height\n"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (CLIENT, CLIENT.replace("await self", "self"), 6),
        (CLIENT.replace("        await", "        x = await") + "        return x.y\n", None, 6),
        (
            "from n import send\n\n\nasync def go():\n    await send(1)\n",
            "from n import send\n\n\nasync def go():\n    send(1)\n",
            5,
        ),
    ],
    ids=["a method", "a value", "an imported function"],
)
def test_a_coroutine_that_is_not_awaited(findings, before, after, line):
    after = after or before.replace("await ", "")
    result = findings({"m.py": before, "n.py": "async def send(x):\n    return x\n"}, {"m.py": after})
    assert [(f.severity.value, f.start) for f in result.every if f.rule == "missing-await"] == [("error", line)]


@pytest.mark.parametrize(
    "after",
    [
        CLIENT.replace("await self.send(1)", "return self.send(1)"),
        CLIENT.replace("await self.send(1)", "task = create_task(self.send(1))"),
        CLIENT.replace("async def send", "def send").replace("await self", "self"),
    ],
    ids=["returned", "scheduled", "not a coroutine"],
)
def test_a_coroutine_that_is_used_as_one(findings, after):
    assert not [f for f in findings({"m.py": CLIENT}, {"m.py": after}).every if f.rule == "missing-await"]


def test_a_variable_that_was_mistaken_for_a_similar_one(findings):
    [finding] = [
        f
        for f in findings({"m.py": BOX}, {"m.py": BOX.replace("20 + margin_y", "20 + margin_x")}).every
        if f.severity != "note"
    ]
    assert (finding.rule, finding.start) == ("variable-unused-now", 3)
    assert finding.message == "'margin_y' was used here and is not used any more in 'box'; 'margin_x' is used in its place."


@pytest.mark.parametrize(
    "after",
    [
        BOX.replace("20 + margin_y", "20"),
        BOX.replace("20 + margin_y", "margin_y + margin_x"),
        BOX.replace("margin_x, margin_y", "margin_x").replace("20 + margin_y", "20 + margin_x"),
    ],
    ids=["no other name", "still used", "the parameter goes too"],
)
def test_a_variable_that_goes_on_purpose(findings, after):
    assert not [f for f in findings({"m.py": BOX}, {"m.py": after}).every if f.rule == "variable-unused-now"]
