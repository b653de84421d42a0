"""The checks of an answer: its citations, the names in it, and the support of its sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.evidence.blocks import Block, digest
from codeassist.evidence.claims.answer import check, cited_numbers, exists, sentences
from codeassist.evidence.packing import Source
from indexers import Index
from tests.conftest import SHOP, write

AUTH = SHOP["shop/auth.py"].split("\n")


def block(n: int, start: int, end: int, *, folded: bool = False) -> Block:
    text = "\n".join(AUTH[start - 1 : end])
    return Block(n, "shop/auth.py", start, end, "python", text, folded=folded, digest=digest(text))


BLOCKS = [block(1, 10, 12), block(2, 15, 20)]


def test_citations_and_sentences_are_extracted(shop_index):
    text = "# Head\nAuth is here [1, 2]. And there [3].\n\n```python\nx[4]\n```\n- A list item of words [5]\n[6](link)"
    assert cited_numbers(text) == [1, 2, 3, 5]
    assert cited_numbers("The path is `sys.argv[1]` and the rest `argv[0]` [2].") == [2]
    assert sentences("It works. [1]\n\nSo it does. Really?") == ["It works. [1]", "So it does.", "Really?"]
    assert check(shop_index, "", []).clean


@given(st.lists(st.integers(0, 999), max_size=8))
def test_citations_are_found_once_in_the_order_of_their_use(numbers):
    text = " and ".join(f"claim {n} [{n}]" for n in numbers)
    assert cited_numbers(text) == list(dict.fromkeys(numbers))
    assert cited_numbers(f"[{', '.join(map(str, numbers))}]") == list(dict.fromkeys(numbers))
    assert cited_numbers(f"~~~\n{text}\n~~~") == []


def test_a_supported_answer_is_clean(shop_index):
    checks = check(shop_index, "`hash_password` hashes the password with its salt [1]. Is that all?", BLOCKS)
    assert checks.clean
    assert checks.sentences == 1
    assert checks.as_json() == {"dangling": [], "changed": [], "unverified": [], "unsupported": [], "sentences": 1}


@pytest.mark.parametrize(
    ("text", "problem", "found"),
    [
        ("The password is hashed with its salt [1, 7].", "dangling", [7]),
        ("`hash_everything` hashes the password with its salt [1].", "unverified", ["hash_everything"]),
        ("See `shop/nowhere.py` for the salt of the password [1].", "unverified", ["shop/nowhere.py"]),
        ("The password is hashed with its salt.", "unsupported", ["The password is hashed with its salt."]),
        ("The moon orbits planets every month [1].", "unsupported", ["The moon orbits planets every month [1]."]),
    ],
)
def test_each_problem_is_detected(shop_index, text, problem, found):
    checks = check(shop_index, text, BLOCKS)
    assert checks.as_json()[problem] == found
    assert not checks.clean


@pytest.mark.parametrize(
    "text",
    [
        "`shop/auth.py` and `auth.py:15-20` check `authenticate` of the users [2].",
        "`users[name]` is a pair of `salt` and `digest` [2].",
        '`return None` and `"anything"` and `->` are no names in `authenticate` [2].',
        "`shop/` contains the credentials `AuthError` [2].",
    ],
)
def test_paths_names_and_literals_that_exist_are_verified(shop_index, text):
    assert check(shop_index, text, BLOCKS).unverified == ()


def test_short_sentences_questions_and_headings_claim_nothing(shop_index):
    checks = check(shop_index, "# The great heading of all\n\nYes.\n\nWhere is it then?\n\nIt does this:", BLOCKS)
    assert (checks.sentences, checks.clean) == (0, True)


def test_changed_lines_are_detected_and_folded_blocks_only_need_to_exist(shop):
    with Index.build(shop) as index:
        packed = Source(index).pack(index.search("hash password"), 4_000, len).blocks
        answer = f"It is hashed [{packed[0].n}]."
        assert check(index, answer, packed).changed == ()
        write(shop, {packed[0].path: "# new first line\n" + SHOP[packed[0].path]})
        assert check(index, answer, packed).changed == (packed[0].n,)
        assert check(index, "It is hashed [1].", [block(1, 10, 12, folded=True)]).changed == ()
        write(shop, {"shop/auth.py": "x = 1\n"})
        assert check(index, "It is hashed [1].", [block(1, 10, 12, folded=True)]).changed == (1,)


def test_a_sentence_in_another_language_needs_only_the_names(shop_index):
    text = "`hash_password` berechnet daraus eine Zeichenkette [1]."
    assert check(shop_index, text, BLOCKS).clean


def test_list_items_are_sentences():
    assert sentences("- One item here.\n2) Another one.\n> Quoted text") == ["One item here.", "Another one.", "Quoted text"]


def test_a_name_exists_if_it_is_defined_used_or_written(shop_index):
    assert all(exists(shop_index, name) for name in ("authenticate", "hashlib", "gateway"))
    assert not exists(shop_index, "no_such_name_anywhere")
