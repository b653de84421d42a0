"""The text of an answer: one block a definition, within the budget, and what is not shown is named with its lines."""

from __future__ import annotations

from codeassist.mcp.layout import completed, grouped, laid_out
from codeassist.models.token_estimate import estimate
from indexers import Hit
from indexers.types import Definition

LINES = [f"    line {n}" for n in range(1, 61)]


def hit(start, end, name="Shop.pay", path="shop.py"):
    return "", Hit(path, start, end, 1.0, name, "method", "python", "\n".join(LINES[start - 1 : end]), name)


def definition(start, end):
    return Definition("shop.py", start, end, "pay", "Shop.pay", "method", "python", "", "", is_test=False, uses=0)


def test_parts_of_one_definition_are_one_block():
    (place,) = grouped([hit(10, 11), hit(20, 22)])
    texts, shown = laid_out([place], 500, 9)
    assert shown == [place]
    assert texts[0].startswith(
        "shop.py:10-22 Shop.pay (method)\n```python\n10     line 10\n11     line 11\n...\n20     line 20"
    )


def test_a_definition_of_which_little_is_missing_is_shown_whole():
    places = grouped([hit(10, 20)])
    completed(places, lambda *_: definition(8, 24), lambda _: LINES)
    assert (places[0].start, places[0].end, places[0].missing) == (8, 24, [])
    assert places[0].lines[24] == "    line 24"


def test_a_definition_is_not_completed_by_a_line_that_costs_the_budget():
    places = grouped([hit(10, 20)])
    completed(places, lambda *_: definition(8, 24), lambda _: [*LINES[:20], "x" * 100_000, *LINES[21:]])
    texts, _ = laid_out(places, 500, 9)
    assert texts[0].startswith("shop.py:10-20 of 8-24 Shop.pay (method)")
    assert estimate(texts[0]) <= 500


def test_what_is_left_of_a_long_definition_is_said():
    places = grouped([hit(10, 12)])
    completed(places, lambda *_: definition(10, 60), lambda _: LINES)
    assert laid_out(places, 500, 9)[0][0].startswith("shop.py:10-12 of 10-60 Shop.pay (method)")


def test_an_answer_keeps_its_budget_and_names_the_rest():
    places = grouped([hit(1 + 20 * n, 18 + 20 * n, f"f{n}") for n in range(3)])
    texts, shown = laid_out(places, 180, 9)
    assert [place.name for place in shown] == ["f0"]
    assert texts[-1].splitlines()[1:] == ["shop.py:21-38 f1", "shop.py:41-58 f2"]
    assert estimate("\n\n".join(texts)) <= 180


def test_no_more_places_are_shown_than_asked_for():
    places = grouped([hit(1 + 5 * n, 3 + 5 * n, f"f{n}") for n in range(4)])
    texts, shown = laid_out(places, 5000, 2)
    assert [place.name for place in shown] == ["f0", "f1"]
    assert texts[-1].splitlines()[1:] == ["shop.py:11-13 f2", "shop.py:16-18 f3"]


def test_of_a_first_place_that_is_too_long_the_beginning_is_shown():
    places = grouped([hit(1, 60)])
    texts, shown = laid_out(places, 200, 9)
    assert texts[0].startswith("shop.py:1-")
    assert " of 1-60 Shop.pay (method)" in texts[0]
    assert len(shown) == 1
    assert estimate("\n\n".join(texts)) <= 200


def test_the_list_of_others_keeps_the_budget_and_counts_what_it_leaves_out():
    places = grouped([hit(1 + 2 * n, 2 + 2 * n, f"a_rather_long_name_of_a_function_{n}") for n in range(30)])
    texts, _ = laid_out(places, 300, 1)
    named = texts[-1].splitlines()[1:]
    assert named[-1] == f"and {30 - 1 - (len(named) - 1)} more"
    assert estimate("\n\n".join(texts)) <= 300


def test_short_places_far_down_are_only_named():
    places = grouped([hit(1 + 5 * n, 3 + 5 * n, f"f{n}") for n in range(9)])
    texts, shown = laid_out(places, 5000, 9)
    assert len(shown) == 6
    assert "shop.py:31-33 f6" in texts[-1]
