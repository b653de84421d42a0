"""Which lines of which passages are chosen for a budget."""

from __future__ import annotations

import pytest

from codeassist.evidence.context_lines import choose
from codeassist.models.token_estimate import estimate
from indexers import Index
from indexers.search.shapes import shape_of
from tests.conftest import write

QUESTION = "how is a session token refreshed"


@pytest.fixture
def ranked(tmp_path):
    """The passages of a question in a project with one long definition that fits best and many short ones."""
    long = "".join(f"    token = refresh(session.token, attempt={n})\n" for n in range(30))
    files = {"sessions.py": f"def refresh_session_token(session):\n{long}    return token\n"}
    files |= {
        f"store_{n}.py": f"def token_of_{n}(session):\n    # where the session token is kept, place {n}\n    return session.tokens[{n}]\n"
        for n in range(12)
    }
    with Index.build(write(tmp_path, files)) as index:
        yield index.passages(QUESTION, 0)


def tokens(ranked, chosen):
    lines = {(p.row.path, p.row.start + at): line for p in ranked.passages for at, line in enumerate(p.lines)}
    return sum(estimate(lines[part.passage.row.path, n]) for part in chosen for a, b in part.ranges for n in range(a, b + 1))


@pytest.mark.parametrize("budget", [60, 300, 600, 2_000])
def test_the_chosen_lines_fit(ranked, budget):
    chosen = choose(ranked, shape_of(QUESTION), budget)
    assert tokens(ranked, chosen) <= budget


def test_half_of_the_budget_shows_many_places_and_the_rest_the_best_ones(ranked):
    chosen = choose(ranked, shape_of(QUESTION), 600)
    shown = {part.passage.row.path: sum(b - a + 1 for a, b in part.ranges) for part in chosen}
    assert len(shown) >= 3
    assert shown["sessions.py"] >= 7  # the first line of the definition, and at least its likeliest six


def test_far_from_the_best_nothing_is_shown(ranked):
    chosen = choose(ranked, shape_of(QUESTION), 4_000, near=1.0)
    assert len(chosen) <= 1


def test_without_passages_nothing_is_chosen(ranked):
    ranked.passages.clear()
    assert choose(ranked, shape_of(QUESTION), 600) == []
