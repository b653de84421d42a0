"""Files ranked by how much the others depend on them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers import Index
from indexers.graph.centrality import page_rank
from tests.conftest import write


def test_the_file_with_the_most_dependents_ranks_first(tmp_path):
    files = {f"user{n}.py": f"from core import engine_start\n\ndef go{n}():\n    engine_start()\n" for n in range(6)}
    root = write(tmp_path, files | {"core.py": "def engine_start():\n    return 1\n"})
    with Index.build(root) as index:
        ranks = index.file_ranks()
        assert max(ranks, key=ranks.get) == "core.py"
        assert sum(ranks.values()) == pytest.approx(1.0)


def test_page_rank_sums_to_one():
    ranks = page_rank(4, [(0, 1, 1.0), (1, 2, 4.0), (2, 1, 1.0)])
    assert ranks.sum() == pytest.approx(1.0)
    assert ranks[1] > ranks[0]
    assert np.allclose(page_rank(3, []), 1 / 3)
    assert page_rank(0, []).shape == (0,)


@given(
    st.integers(1, 8).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.floats(0.1, 100)), max_size=15),
        )
    )
)
def test_ranks_of_any_graph_are_a_distribution(graph):
    count, edges = graph
    ranks = page_rank(count, edges)
    assert ranks.shape == (count,)
    assert ranks.sum() == pytest.approx(1.0)
    assert (ranks > 0).all()


def test_the_square_root_of_a_weight_counts():
    ranks = page_rank(3, [(0, 1, 9.0), (0, 2, 1.0)])
    base = ranks[0]
    assert (ranks[1] - base) == pytest.approx(3 * (ranks[2] - base))


def test_common_methods_and_ambiguous_names_are_no_dependency(tmp_path):
    files = {"box.py": "class Box:\n    def append(self, x):\n        pass\n"}
    files |= {f"many{n}.py": "def shared_name():\n    return 1\n" for n in range(7)}
    files |= {"user.py": "def f(xs):\n    xs.append(1)\n    shared_name()\n"}
    with Index.build(write(tmp_path, files)) as index:
        ranks = index.file_ranks()
        assert len(ranks) == 9
        assert list(ranks.values()) == pytest.approx([1 / 9] * 9)


def test_an_empty_index_has_no_ranks(tmp_path):
    with Index.build(tmp_path) as index:
        assert index.file_ranks() == {}
