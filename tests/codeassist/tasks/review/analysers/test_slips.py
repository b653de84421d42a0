"""A variable that the change stops using, because another one is used in its place."""

from __future__ import annotations

import pytest

BOX = "def box(margin_x, margin_y):\n    width = 10 + margin_x\n    height = 20 + margin_y\n    return width, height\n"


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
