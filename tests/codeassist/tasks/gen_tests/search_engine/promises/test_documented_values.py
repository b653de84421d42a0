"""Values that documentation names for an empty object or input are read; values for something else are not."""

from __future__ import annotations

import pytest

from codeassist.tasks.gen_tests.search_engine.promises.documented import of_empty
from codeassist.tasks.gen_tests.search_engine.promises.documented_values import named_values


@pytest.mark.parametrize(
    ("documentation", "test"),
    [
        ("Return the dearest item, or None of an empty cart.", "ShoppingCart().dearest() is None"),
        ("Give 0 when the cart is empty.", "ShoppingCart().dearest() == 0"),
        ("Return True if there are no items.", "ShoppingCart().dearest() is True"),
        ("Return [] if it contains nothing.", "ShoppingCart().dearest() == []"),
    ],
)
def test_what_a_method_gives_for_an_empty_object(documentation, test):
    assert [claim.test for claim in of_empty("ShoppingCart", "dearest", documentation)] == [test]


@pytest.mark.parametrize("documentation", ["None if the key is empty.", "Return None of a full cart.", "The empty cart."])
def test_values_for_something_else_say_nothing_about_an_empty_object(documentation):
    assert not of_empty("ShoppingCart", "dearest", documentation)


def test_values_are_read_with_their_conditions():
    text = "`0` for an empty list. An empty string if n is negative; None in an empty\nfolder. 1 of many."
    assert list(named_values(text)) == [("0", "an empty list"), ("''", "n is negative"), ("None", "an empty folder")]
