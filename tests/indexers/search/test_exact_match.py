"""Exact matches of a query: files by path, definitions by name, words in the text."""

from __future__ import annotations

import numpy as np
import pytest

from indexers import Index
from indexers.search.exact_match import (
    MINOR_DEFINITION,
    OTHER_CASE,
    PROPER_TRUST,
    QUALIFIED,
    RARE,
    defining_chunks,
    named_files,
    spelled_out,
)
from indexers.search.query import understand
from indexers.stores.catalog import Catalog
from indexers.stores.chunks import places
from tests.conftest import write


def paths(catalog, scores):
    return {place.path: scores[chunk] for chunk, place in places(catalog, scores).items()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("what does shop/auth.py do", ["shop/auth.py"]),
        ("./shop/auth.py", ["shop/auth.py"]),
        ("../shop/auth.py", ["shop/auth.py"]),
        ("auth.py", ["shop/auth.py"]),
        ("uth.py", []),
        ("web/routes.js and stock/inventory.go", ["shop/web/routes.js", "stock/inventory.go"]),
        ("s_op/auth.py", []),
        ("authenticate", []),
    ],
)
def test_a_file_is_named_by_its_whole_path_or_last_parts(catalog, text, found):
    scores = named_files(catalog, understand(text), None)
    assert paths(catalog, scores) == dict.fromkeys(found, 1.0)


def test_chunks_that_are_not_allowed_do_not_match(catalog):
    query = understand("Gateway.charge in shop/auth.py")
    assert named_files(catalog, query, np.array([], dtype=np.int64)) == {}
    assert defining_chunks(catalog, query, np.array([], dtype=np.int64)) == {}
    allowed = np.array(list(named_files(catalog, query, None)), dtype=np.int64)
    assert paths(catalog, named_files(catalog, query, allowed)) == {"shop/auth.py": 1.0}


@pytest.mark.parametrize(
    ("text", "path", "score"),
    [
        ("hash_password", "shop/auth.py", 1.0),
        ("Hash_Password", "shop/auth.py", OTHER_CASE),
        ("where is the Gateway", "shop/payments.py", PROPER_TRUST),
        ("Gateway.send()", "shop/payments.py", QUALIFIED),
    ],
)
def test_the_score_of_a_definition_depends_on_how_the_name_is_written(catalog, text, path, score):
    assert paths(catalog, defining_chunks(catalog, understand(text), None)) == {path: pytest.approx(score)}


def test_a_minor_definition_scores_less_unless_its_qualified_name_is_given(tmp_path):
    root = write(
        tmp_path, {"a.h": "int open_pipe(int handle);\n", "a.c": "int open_pipe(int handle) {\n    return handle;\n}\n"}
    )
    write(root, {"b.py": "class box:\n    size_of = 3\n"})
    with Index.build(root) as index:
        opened = Catalog.open(index.folder / "index.db")
        scores, bare, qualified = (
            paths(opened, defining_chunks(opened, understand(text), None)) for text in ("open_pipe", "size_of", "box.size_of")
        )
        opened.close()
    assert scores == {"a.c": 1.0, "a.h": MINOR_DEFINITION}
    assert (bare, qualified) == ({"b.py": MINOR_DEFINITION}, {"b.py": QUALIFIED})


@pytest.mark.parametrize(
    ("word", "contained"),
    [
        ("AuthError", True),
        ("autherror", False),
        ("hash_password", True),
        ("Hash_password", False),
        ("walrus", False),
        ("…", False),
    ],
)
def test_a_word_is_contained_only_in_its_exact_spelling(shop_index, word, contained):
    assert shop_index.contains_word(word) is contained


@pytest.mark.parametrize("text", ["validate queue name", "Validate Queue Name", "where is validate queue name"])
def test_a_name_that_is_spelled_out_in_words_is_its_definition(tmp_path, text):
    files = {
        "queue.go": 'package q\n\nfunc ValidateQueueName(name string) bool {\n\treturn name != ""\n}\n',
        "names.go": "package q\n\n// Names of queues are valid: validate the name of a queue.\nfunc check(queue, name string) {}\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert index.search(text)[0].path == "queue.go"


def test_words_that_many_definitions_are_called_name_none_of_them(tmp_path):
    root = write(tmp_path, {f"m{n}.py": f"def read_line():\n    return {n}\n" for n in range(RARE + 1)})
    with Index.build(root) as index:
        opened = Catalog.open(index.folder / "index.db")
        assert spelled_out(opened, understand("read line"), None) == {}
        opened.close()
