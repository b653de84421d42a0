"""Places: which definition and lines a hit shows, and what is gathered around it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.evidence.places import (
    decisive_lines,
    find_place,
    first_sentence,
    gather,
    named_definition,
    place_of,
)
from indexers import Hit, Index, IndexOptions
from tests.conftest import SHOP, git, write


@pytest.mark.parametrize(
    ("documentation", "sentence"),
    [
        ("Return the `thing`. More text.", "Return the thing. More text."[:17]),
        ("First line\ncontinues here. Then more.", "First line continues here."),
        ("See :func:`~os.path` for more.", "See os.path for more."),
        ("", ""),
        ("@param x the thing", "x the thing"),
        ("fmt: off\nThe keys of the program.", "The keys of the program."),
        ("type: ignore[arg-type]", ""),
        ("type: what kind it is.", "type: what kind it is."),
        ("word " * 100, ("word " * 43).strip() + "…"),
    ],
)
def test_first_sentence(documentation, sentence):
    assert first_sentence(documentation) == sentence


def test_empty_lines_before_a_sentence_take_linear_time():
    started = time.process_time()
    assert first_sentence("\n" * 200_000 + "The keys.") == "The keys."
    assert time.process_time() - started < 10.0  # in quadratic time they take minutes


def test_decisive_lines_contain_the_words_of_the_question():
    text = "\n".join([f"line {n}" for n in range(40)] + ["the password is salted here"] + [f"more {n}" for n in range(40)])
    hit = Hit("a.py", 10, 90, 1.0, "", "code", "python", text)
    window = decisive_lines(hit, "password salted", 5)
    assert len(window.lines) == 5
    assert text.split("\n")[window.first - 10] == window.lines[0]
    assert text.split("\n")[window.focus - 10] == "the password is salted here"


@given(st.lists(st.sampled_from(["password", "salt", "x", ""]), min_size=1, max_size=30), st.integers(-1, 40))
def test_a_window_is_part_of_its_hit(lines, count):
    hit = Hit("a.py", 5, 4 + len(lines), 1.0, "", "code", "python", "\n".join(lines))
    window = decisive_lines(hit, "password salt", count)
    assert len(window.lines) == max(1, min(count, len(lines)))
    assert list(window.lines) == lines[window.first - 5 : window.first - 5 + len(window.lines)]
    assert window.first <= window.focus < window.first + len(window.lines)


def test_the_line_that_names_the_definition_is_shown():
    text = "# one\n# two\ndef charge():\n    pass\n    return 1"
    hit = Hit("a.py", 1, 5, 1.0, "charge", "function", "python", text)
    assert decisive_lines(hit, "unrelated words", 1).lines == ("def charge():",)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("who calls authenticate", "authenticate"),
        ("how does Gateway.charge work", "Gateway.charge"),
        ("what does hash_password return when the charge is missing", "hash_password"),
        ("does authenticate use hash_password", "hash_password"),
        ("where is the basket", None),
        ("what does test_checkout_charges_the_basket check", None),
    ],
)
def test_the_definition_named_in_a_question(shop_index, question, name):
    definition = named_definition(shop_index, question)
    assert (definition and definition.qualified_name) == name


def test_a_hit_shows_the_definition_that_the_question_names(shop_index):
    [gateway] = shop_index.definitions("Gateway", 1)
    whole = place_of(shop_index, gateway, 100).hit
    assert find_place(shop_index, whole, "how is an account charged", 3).title == "Gateway.charge"
    assert find_place(shop_index, whole, "what is the gateway", 3).title == "Gateway"
    assert len(find_place(shop_index, whole, "what is the gateway", 3).lines) == 3


def test_a_definition_is_shown_with_its_first_lines(shop_index):
    [definition] = shop_index.definitions("hash_password", 1)
    place = place_of(shop_index, definition, 2)
    assert place.lines == (
        "def hash_password(password: str, salt: str) -> str:",
        '    """Hash a password with its salt."""',
    )
    assert (place.hit.start_line, place.hit.end_line, place.title) == (definition.line, definition.end_line, "hash_password")
    assert place.hit.text.endswith(".hexdigest()")


def test_callers_callees_tests_and_commits_are_gathered(shop):
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "Start")
    write(shop, {"shop/payments.py": SHOP["shop/payments.py"] + "\n# checked\n"})
    git(shop, "commit", "-qam", "Authenticate before charging")
    with Index.build(shop, options=IndexOptions(history=10)) as index:
        [checkout] = index.definitions("checkout", 1)
        evidence = gather(index, place_of(index, checkout, 5), "why authenticate before charging", [])
        assert {d.name for d in evidence.callees} >= {"authenticate"}
        assert [(u.path, u.by) for u in evidence.tests] == [("tests/test_payments.py", "test_checkout_charges_the_basket")]
        assert (evidence.callers, evidence.caller_count) == ([], 0)
        assert [c.subject for c in evidence.commits] == ["Authenticate before charging"]
        [authenticate] = index.definitions("authenticate", 1)
        around = gather(index, place_of(index, authenticate, 5), "who calls authenticate", [])
        assert [(u.path, u.by) for u in around.callers] == [("shop/payments.py", "checkout")]
        assert around.caller_count == 1


def test_a_constructor_has_the_callers_of_its_class(tmp_path):
    code = "class Cart:\n    def __init__(self, owner):\n        self.owner = owner\n\n\ndef open_cart():\n    return Cart('ada')\n"
    with Index.build(write(tmp_path / "r", {"cart.py": code})) as index:
        [constructor] = [d for d in index.definitions("Cart.__init__", 5) if d.name == "__init__"]
        evidence = gather(index, place_of(index, constructor, 5), "who creates a cart", [])
    assert [u.by for u in evidence.callers] == ["open_cart"]
