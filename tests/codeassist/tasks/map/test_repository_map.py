"""A map of a repository: the most central files first, within its budget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.tasks.map import make_map, shortened
from codeassist.tasks.map.repository_map import CHARS_PER_TOKEN, DEFINITIONS_PER_FILE, SIGNATURE
from indexers import Index
from tests.conftest import write


def names(file):
    return [definition.name for definition in file.definitions]


def test_files_are_in_the_order_of_their_ranks(shop_index):
    made = make_map(shop_index)
    ranks = [file.rank for file in made.files]
    assert ranks == sorted(ranks, reverse=True)
    by_path = {file.path: file for file in made.files}
    assert names(by_path["shop/auth.py"]) == ["AuthError", "hash_password", "authenticate"]
    assert "tests/test_payments.py" not in by_path
    assert "shop/__init__.py" not in by_path


@settings(deadline=None)
@given(tokens=st.integers(0, 300))
def test_the_budget_is_kept_and_a_larger_one_shows_no_less(shop_index, tokens):
    def cost(made):
        return sum(len(file.path) + 1 + sum(len(shortened(d.signature)) + 10 for d in file.definitions) for file in made.files)

    made, larger = make_map(shop_index, tokens), make_map(shop_index, tokens + 80)
    assert cost(made) <= tokens * CHARS_PER_TOKEN
    assert cost(larger) >= cost(made)
    assert [f.path for f in larger.files][: len(made.files)] == [f.path for f in made.files]


def test_a_prefix_selects_files(shop_index):
    assert {file.path for file in make_map(shop_index, prefix="stock/").files} == {"stock/inventory.go"}
    assert make_map(shop_index, prefix="nowhere/").files == []


def test_of_a_long_file_the_important_definitions_are_shown_in_their_order(tmp_path):
    small = "".join(f"def helper_{n:02}():\n    return {n}\n\n\n" for n in range(20))
    used = "".join(f"    important_work({n})\n" for n in range(4))
    text = (
        f'{small}def important_work(n):\n    """Work."""\n    return n\n\n\nclass Engine:\n    pass\n\n\ndef run_all():\n{used}'
    )
    root = write(tmp_path, {"a.py": text})
    with Index.build(root) as index:
        (file,) = make_map(index).files
    assert len(file.definitions) == DEFINITIONS_PER_FILE
    assert {"important_work", "Engine"} <= set(names(file))
    assert [d.line for d in file.definitions] == sorted(d.line for d in file.definitions)


def test_the_json_form_has_signatures_and_lines(shop_index):
    value = make_map(shop_index, prefix="shop/auth.py").as_json()
    assert value["schema"] == "codeassist.map/1"
    (file,) = value["files"]
    assert file["path"] == "shop/auth.py"
    assert [d["signature"] for d in file["definitions"]][1].startswith("def hash_password(password: str, salt: str)")
    assert [d["line"] for d in file["definitions"]] == [6, 10, 15]


@pytest.mark.parametrize("length", [1, SIGNATURE - 1, SIGNATURE, SIGNATURE + 1, 3 * SIGNATURE])
def test_a_signature_is_cut_only_if_it_is_too_long(length):
    signature = "x" * length
    cut = shortened(signature)
    assert len(cut) == min(length, SIGNATURE)
    assert cut == signature or cut.endswith("…")
    assert (cut == signature) == (length <= SIGNATURE)
