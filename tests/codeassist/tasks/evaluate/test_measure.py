"""Measured retrieval: its questions, its metrics, and the comparison of two configurations."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.config import Config
from codeassist.config.schema import IndexConfig
from codeassist.errors import UsageError
from codeassist.runs.store import Run
from codeassist.tasks.evaluate import Evaluation, Question, Scores, compare_configurations, make_questions
from codeassist.tasks.evaluate.measure import DEPTH, blanked, difference, score, without_documentation
from indexers import Index
from tests.conftest import git, write


def empty():
    return Scores("s", {1: [], 5: [], DEPTH: []})


def scored(answers, found):
    scores = empty()
    score(scores, Question("commit", "q", frozenset(answers)), found)
    return scores.mean()


PATHS = st.sampled_from([f"{letter}.py" for letter in "abcdefghijklmno"])


@given(st.sets(PATHS, min_size=1, max_size=5), st.lists(PATHS, unique=True, max_size=12))
def test_metrics_are_shares_and_perfect_only_for_the_best_order(answers, found):
    values = scored(answers, found)
    assert all(0 <= value <= 1 + 1e-9 for value in values.values())
    assert values["recall@1"] <= values["recall@5"] <= values["recall@10"]
    assert (values["ndcg@10"] > 0) == (values["mrr"] > 0) == bool(set(found[:DEPTH]) & answers)
    best = scored(answers, [*sorted(answers), *(path for path in found if path not in answers)])
    assert best["ndcg@10"] == pytest.approx(1.0)
    assert best["ndcg@10"] >= values["ndcg@10"] - 1e-9


def test_metrics_of_a_known_order():
    values = scored({"b.py", "c.py"}, ["a.py", "b.py", "d.py", "c.py"])
    assert (values["recall@1"], values["recall@5"], values["mrr"]) == (0.0, 1.0, 0.5)
    assert values["ndcg@10"] == pytest.approx((1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3)))


def test_means_by_kind():
    scores = empty()
    score(scores, Question("commit", "q", frozenset(["a"])), ["a"])
    score(scores, Question("rated", "r", frozenset(["a"])), ["b", "a"])
    assert scores.mean("commit")["mrr"] == 1.0
    assert scores.mean("rated")["mrr"] == 0.5
    assert scores.mean()["mrr"] == 0.75
    assert scores.mean("docstring") == {}
    value = scores.as_json()
    assert (value["questions"], list(value["by_kind"])) == (2, ["commit", "rated"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=8))
def test_the_interval_contains_the_mean_difference(pairs):
    a, b = empty(), empty()
    a.ndcg, b.ndcg = [x for x, _ in pairs], [y for _, y in pairs]
    mean, low, high = difference(a, b)
    assert low - 1e-9 <= high
    differences = [y - x for x, y in pairs]
    assert mean == pytest.approx(sum(differences) / len(differences) if differences else 0.0)
    assert all(min(differences, default=0.0) - 1e-9 <= end <= max(differences, default=0.0) + 1e-9 for end in (low, high))
    assert difference(a, a) == (0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def documented(tmp_path_factory):
    """An index of four files: two documented, a test and a page; with three commits."""
    root = write(
        tmp_path_factory.mktemp("evaluated") / "r",
        {
            "orders.py": 'def place(basket):\n    """Reserve goods and charge the customer at once."""\n    return basket\n',
            "mail.py": 'def post(user):\n    """Tell a customer about the delivery by letter."""\n    return user\n\n\ndef short():\n    """Too short."""\n',
            "tests/test_orders.py": 'def test_place():\n    """Goods are reserved before they are charged."""\n',
            "notes.md": "# Notes\n\nSome long sentence about many things in this shop.\n",
        },
    )
    git(root, "init", "-q")
    for subject, names in (
        ("Reserve goods before the charge", ["orders.py", "tests/test_orders.py"]),
        ("Letters", ["mail.py"]),
        ("Describe what the shop does", ["notes.md"]),
    ):
        git(root, "add", *names)
        git(root, "commit", "-qm", subject)
    with Index.build(root) as index:
        yield index


def run(question, rating, *paths):
    made = Run("ask", question)
    made.rating, made.citations = rating, [{"path": path} for path in paths]
    return made


def test_questions_come_from_documentation_commits_and_accepted_answers(documented):
    runs = [run("who posts letters", 1, "mail.py"), run("who charges", -1, "orders.py"), run("nothing cited", 1)]
    made = {(q.kind, q.text): q.answers for q in make_questions(documented, runs, 10) if q.kind != "translated"}
    assert made == {
        ("docstring", "Reserve goods and charge the customer at once."): {"orders.py"},
        ("docstring", "Tell a customer about the delivery by letter."): {"mail.py"},
        ("commit", "Reserve goods before the charge"): {"orders.py"},
        ("rated", "who posts letters"): {"mail.py"},
    }


def test_the_same_seed_gives_the_same_questions_and_the_limit_is_for_each_kind(documented):
    runs = [run(f"question {n}", 1, "mail.py") for n in range(9)]
    chosen = make_questions(documented, runs, 2, seed=3)
    assert chosen == make_questions(documented, list(reversed(runs)), 2, seed=3)
    assert [q.kind for q in chosen] == ["docstring", "docstring", "translated", "translated", "commit", "rated", "rated"]


def test_quoted_documentation_is_blanked_out_in_a_copy_that_is_deleted(documented):
    questions = [q for q in make_questions(documented, [], 10) if q.answers == {"orders.py"}]
    with without_documentation(documented, questions) as folder:
        orders, mail = (folder / "orders.py").read_text(), (folder / "mail.py").read_text()
        assert "Reserve goods" not in orders
        assert "def place(basket):" in orders
        compile(orders, "orders.py", "exec")
        assert "Tell a customer" in mail
    assert not folder.exists()
    assert "Reserve goods" in (documented.root / "orders.py").read_text()


@given(
    st.lists(
        st.sampled_from(["    x = 1", "    # a remark of it", "", "    the first line", "    the second line"]), max_size=8
    )
)
def test_only_the_documentation_is_blanked(lines):
    text = "\n".join(lines)
    result = blanked(text, ["the first line\n\nthe second line"]).split("\n")
    assert len(result) == len(text.split("\n"))
    for before, after in zip(text.split("\n"), result, strict=True):
        assert after in (before, before.replace("the first line", "").replace("the second line", ""))
    assert blanked(text, ["", "\n"]) == text


def test_two_configurations_are_compared_on_the_same_questions(documented):
    without = Config(index=IndexConfig(exclude=["mail.py"]))
    result = compare_configurations(documented, make_questions(documented, [], 10), [("all", Config()), ("less", without)])
    first, second = result.scores
    assert first.kinds == second.kinds
    assert first.mean()["recall@10"] == 1.0
    assert second.mean()["recall@10"] < 1.0
    value = result.as_json()
    assert value["schema"] == "codeassist.eval/1"
    assert value["ndcg_gain"]["mean"] < 0
    assert Evaluation([first]).as_json()["ndcg_gain"] is None


def test_a_repository_without_questions_is_an_error(tmp_path):
    with Index.build(write(tmp_path, {"a.py": "x = 1\n"})) as index, pytest.raises(UsageError, match="to make questions from"):
        compare_configurations(index, make_questions(index, [], 10), [("all", Config())])


@pytest.mark.parametrize(
    "subject",
    [
        "Bump requests from 2.30 to 2.31",
        "Fix typo in the docstring of discount",
        "chore: tidy up the discount module",
        "Merge branch 'main' of the shop",
        "Update pre-commit hooks of everything",
        "2.4.1 release of the shop",
        "fix it all",
    ],
)
def test_commits_that_nobody_would_ask_about_are_no_questions(tmp_path, subject):
    git(tmp_path, "init", "-q")
    for text, words in (("x = 1\n", "Compute discounts for returning customers"), ("x = 2\n", subject)):
        write(tmp_path, {"shop.py": text})
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", words)
    with Index.build(tmp_path) as index:
        assert [q.text for q in make_questions(index, [], 9)] == ["Compute discounts for returning customers"]


def test_translated_questions_have_the_answers_of_their_sentences_and_these_are_blanked_too(documented):
    questions = [q for q in make_questions(documented, [], 10) if q.kind == "translated"]
    assert {answer for q in questions for answer in q.answers} == {"orders.py", "mail.py"}
    assert all(any(ord(character) > 0x4E00 for character in q.text) for q in questions)
    with without_documentation(documented, questions) as folder:
        assert "Reserve goods" not in (folder / "orders.py").read_text()
        assert "Tell a customer" not in (folder / "mail.py").read_text()


@pytest.fixture
def calling(tmp_path):
    """An index of two functions that other files call, one of them also a test, and one that its own file calls."""
    root = write(
        tmp_path,
        {
            "ledger.py": "def balance(book):\n    return helper(book)\n\n\ndef helper(book):\n    return book\n",
            "report.py": "from ledger import balance\n\n\ndef show(book):\n    return balance(book)\n",
            "tests/test_ledger.py": "from ledger import balance\n\n\ndef test_balance():\n    assert balance(1)\n",
        },
    )
    with Index.build(root) as index:
        yield index


def test_questions_about_callers_are_answered_by_the_other_files_that_call(calling):
    made = [(q.text, q.answers) for q in make_questions(calling, [], 10) if q.kind == "calls"]
    assert made == [("who calls balance", {"report.py"})]


def test_misses_are_listed_with_what_was_found_instead():
    scores = empty()
    score(scores, Question("commit", "q", frozenset(["a.py"])), ["b.py", "c.py", "d.py", "e.py"])
    score(scores, Question("commit", "r", frozenset(["a.py"])), ["b.py", "a.py"])
    (miss,) = scores.as_json()["misses"]
    assert miss == {"kind": "commit", "question": "q", "answers": ["a.py"], "found": ["b.py", "c.py", "d.py"]}
