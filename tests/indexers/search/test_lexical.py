"""The terms and phrases of a query that are searched, and the chunks found with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers import Index
from indexers.search.lexical import MOST_PHRASES, PHRASE, chunks_with_phrases, lexical_scores, phrases, share_of_phrases
from indexers.stores.catalog import Catalog
from indexers.stores.chunks import places
from indexers.syntax.words import terms
from tests.conftest import write

WORDS = st.lists(st.sampled_from(["a", "b", "ab", "c"]), max_size=12)


@pytest.fixture(scope="module")
def requests(tmp_path_factory):
    """Twenty files that contain `common`; one each contains `rare` and a phrase."""
    files = {f"m{n}.txt": f"common words {chr(97 + n) * 4}\n" for n in range(20)}
    files["m3.txt"] += "rare\n"
    files["m4.txt"] += "connection was refused twice\n"
    files["m5.txt"] += "twice refused was connection\n"
    root = write(tmp_path_factory.mktemp("lexical"), files)
    with Index.build(root) as index:
        opened = Catalog.open(index.folder / "index.db")
        yield opened
        opened.close()


def paths(catalog, chunks):
    locations = places(catalog, chunks)
    return [locations[chunk].path for chunk in chunks]


def test_a_common_term_is_dropped_beside_a_rare_one(requests):
    assert paths(requests, list(lexical_scores(requests, {"rare": 1, "common": 20, "absent": 0}, 20, 50))) == ["m3.txt"]
    assert len(lexical_scores(requests, {"common": 20}, 20, 50)) == 20
    assert lexical_scores(requests, {"absent": 0}, 20, 50) == {}


def test_the_limit_and_the_filter_apply_to_the_best_chunks(requests):
    scores = lexical_scores(requests, {"common": 20}, 20, 50)
    assert all(score > 0 for score in scores.values())
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert len(lexical_scores(requests, {"common": 20}, 20, 7)) == 7
    last = list(scores)[-1]
    assert list(lexical_scores(requests, {"common": 20}, 20, 1, np.array([last]))) == [last]


def test_phrases_are_found_in_order_only(requests):
    (phrase,) = phrases(terms("connection was refused"))
    assert paths(requests, chunks_with_phrases(requests, [phrase], 40, 5)) == ["m4.txt"]
    assert chunks_with_phrases(requests, [*phrases(terms("common words absent"))], 10**6, 5) == []
    assert chunks_with_phrases(requests, ["common"], 20, 5) == []
    assert chunks_with_phrases(requests, [], 20, 5) == []


def test_the_phrases_with_the_rarest_terms_are_searched(requests):
    many = [phrase for n in range(MOST_PHRASES + 5) for phrase in phrases(terms(f"common words {chr(97 + n) * 4}"))]
    assert len(chunks_with_phrases(requests, many, 10**6, 50)) == MOST_PHRASES


@given(WORDS)
def test_phrases_are_the_distinct_runs_of_consecutive_terms(words):
    found = phrases(words)
    assert len(found) == len(set(found))
    assert set(found) == {" ".join(words[i : i + PHRASE]) for i in range(len(words)) if i + PHRASE <= len(words)}


@given(WORDS, WORDS)
def test_the_share_of_phrases_in_a_text(query, text):
    wanted = phrases(query)
    present = [phrase for phrase in wanted if phrase in phrases(text)]
    assert share_of_phrases(wanted, text) == (len(present) / len(wanted) if wanted else 0.0)
