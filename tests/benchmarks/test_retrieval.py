"""The metrics of the retrieval benchmark, on cases calculated by hand."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "retrieval.py"


@pytest.fixture(scope="module")
def retrieval():
    spec = importlib.util.spec_from_file_location("retrieval_benchmark", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def results(*paths):
    return [{"path": path, "start_line": 1, "end_line": 10} for path in paths]


def test_ndcg(retrieval):
    target = retrieval.Target
    assert retrieval.ndcg(results("a", "b"), [target("a")]) == 1.0
    assert retrieval.ndcg(results("b", "a"), [target("a")]) == pytest.approx(1 / math.log2(3))
    assert retrieval.ndcg(results("b", "c"), [target("a")]) == 0.0
    assert retrieval.ndcg(results("a"), [target("a"), target("b")]) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert retrieval.ndcg(results(*"bcdefghijk", "a"), [target("a")]) == 0.0
    assert retrieval.ndcg(results("a"), []) == 0.0


def test_a_target_with_lines_must_overlap(retrieval):
    assert retrieval.ndcg(results("a"), [retrieval.Target("a", 10, 20)]) == 1.0
    assert retrieval.ndcg(results("a"), [retrieval.Target("a", 11, 20)]) == 0.0


def test_two_targets_at_one_rank_count_once(retrieval):
    both = [retrieval.Target("a", 1, 5), retrieval.Target("a", 6, 9)]
    assert retrieval.ndcg(results("a"), both) == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_means_are_over_repositories(retrieval):
    task = lambda repo: retrieval.Task(repo, "go", "symbol", "q", ())
    total, repos = retrieval.mean_over_repos([(task("a"), 1.0), (task("a"), 0.0), (task("b"), 1.0)])
    assert (total, repos) == (0.75, {"a": 0.5, "b": 1.0})
    low, high = retrieval.interval(repos)
    assert low <= total <= high
