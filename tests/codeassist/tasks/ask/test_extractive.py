"""Extractive answers: their shapes, their citations, and questions without an answer."""

from __future__ import annotations

import re

import pytest

from codeassist.tasks.ask import ask
from codeassist.tasks.ask.brief import FIRST_LINES, MOST_LINES
from indexers import Index, IndexOptions, QueryError
from tests.conftest import git, write


@pytest.mark.parametrize(
    "question",
    [
        "where are passwords hashed",
        "how does checkout work",
        "what is Gateway",
        "who calls authenticate",
        "why are payments retried",
        "Reserve",
        "where are the routes of the shop registered",
    ],
)
def test_citations_resolve_and_are_all_used(shop_index, question):
    answer = ask(shop_index, question)
    assert answer.found
    assert answer.citations
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        count = len((shop_index.root / citation.path).read_text().splitlines())
        assert 1 <= citation.start_line <= citation.end_line <= count
        assert f"[{citation.n}]" in answer.text


def test_the_decisive_lines_come_first_and_further_places_take_a_line_each(shop_index):
    text = ask(shop_index, "where are passwords hashed").text
    assert text.startswith("`hash_password` in `shop/auth.py` [1]: Hash a password with its salt.")
    _, code, others = text.split("```")
    assert "return hashlib.sha256" in code
    assert len(code.strip().splitlines()) <= 1 + FIRST_LINES
    assert all(line.startswith(("- `", "- “", "- Further: ")) for line in others.strip().splitlines())
    assert len(text.splitlines()) <= MOST_LINES
    assert "Used by" not in text


def test_how_something_is_done_is_answered_by_a_whole_example(tmp_path):
    example = """\
Give the limit to the constructor:

```python
limiter = Limiter(
    requests=30,
    seconds=60,
)
with limiter:
    fetch(url)
```
"""
    files = {
        "docs/guide.md": f"# Limiter\n\n## Limit requests\n\n{example}\n## Other\n\nMore.\n",
        "limiter.py": "class Limiter:\n    def __init__(self, requests, seconds):\n        self.requests = requests\n",
    }
    with Index.build(write(tmp_path / "repo", files)) as index:
        answer = ask(index, "how do I limit requests")
    assert example.rstrip() in answer.text
    first = answer.citations[0]
    assert (first.path, first.start_line <= 5, first.end_line >= 13) == ("docs/guide.md", True, True)


def test_a_full_answer_adds_relations(shop_index):
    answer = ask(shop_index, "where are passwords hashed", full=True)
    assert answer.text.startswith("In the function `hash_password` in `shop/auth.py` [1]: Hash a password with its salt.")
    assert "Used by `authenticate`" in answer.text


def test_a_full_how_lists_the_calls_in_order(shop_index):
    text = ask(shop_index, "how does checkout work", full=True).text
    assert text.startswith("It starts in the function `checkout`")
    assert text.index("1. `authenticate`") < text.index("2. `Gateway`")
    assert "Tested by `test_checkout_charges_the_basket`" in text


def test_a_weak_answer_says_so_and_why(shop_index):
    answers = [ask(shop_index, q, threshold=t) for q in ("where are passwords of penguins hashed",) for t in (0.0, 0.999)]
    assert answers[0].found
    assert not answers[1].found
    weak = ask(shop_index, "where are passwords of penguins hashed", threshold=answers[0].confidence - 0.01)
    assert weak.text.startswith("Probably, but nothing found is about “penguins”:")


def test_what_quotes_the_documentation_and_lists_members(shop_index):
    text = ask(shop_index, "what is Gateway").text
    assert text.startswith("`Gateway` is the class `class Gateway`")
    assert "> Talks to the payment provider." in text
    assert "`charge`" in text
    assert "`send`" in text


def test_who_lists_the_users(shop_index):
    text = ask(shop_index, "who calls authenticate").text
    assert "`authenticate` (function in `shop/auth.py` [2]) is used in 1 place:" in text
    assert "- `checkout` in `shop/payments.py` [1]" in text


def test_who_reports_that_a_name_has_no_uses(shop_index):
    assert "Nothing in the index calls it" in ask(shop_index, "who calls Reserve").text


def test_why_uses_the_history_when_it_is_indexed(shop):
    git(shop, "init", "-q")
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "Retry payments three times\n\nThe provider drops one request in fifty.")
    with Index.build(shop, options=IndexOptions(history=50)) as index:
        text = ask(index, "why are payments retried").text
        assert "**Retry payments three times**" in text
        assert "drops one request in fifty" in text
    with Index.build(shop, index_dir=shop / "other") as index:
        assert "history = true" in ask(index, "why are payments retried", full=True).text


@pytest.mark.parametrize(
    "question",
    [
        "where is the kafka consumer configured",
        "how are satellite orbits propagated",
        "who calls FooBarBazQux",
        "what is QuantumFlux",
        "how does the chess engine search",
    ],
)
def test_a_question_about_missing_code_is_not_answered(shop_index, question):
    answer = ask(shop_index, question)
    assert not answer.found
    assert answer.citations == []
    assert answer.text.startswith("Not found in this repository")


def test_a_refusal_says_what_is_nowhere_and_shows_the_nearest_lines(shop_index):
    first, *nearest = ask(shop_index, "where is the kafka consumer of payments").text.split("\n")
    assert first == "Not found in this repository: nothing in it mentions “kafka”. Nearest:"
    assert 1 <= len(nearest) <= 3
    assert all(re.match(r"- `[\w./]+:\d+`.*: `+.+`+$", line) for line in nearest)


def test_an_empty_question_is_refused_and_a_long_one_answered(shop_index):
    with pytest.raises(QueryError):
        ask(shop_index, " ")
    assert ask(shop_index, "how is a password hashed " * 4000).question.startswith("how is")


def test_code_that_contains_fences_gets_a_longer_fence(tmp_path):
    root = write(tmp_path, {"a.py": 'def render_fence():\n    """Renders a fence."""\n    return """\n```\nx\n```\n"""\n'})
    with Index.build(root) as index:
        assert "````python a.py:1" in ask(index, "what is render_fence").text + ask(index, "where is render_fence").text


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("who calls authenticate", "`authenticate` (function"),
        ("who calls send", "`Gateway.send` (method"),
        ("what uses Gateway.charge", "`Gateway.charge` (method"),
        ("what is RETRIES", "`RETRIES` is the constant"),
        ("what is AuthError", "`AuthError` is the class"),
        ("who calls render", "`render` (function"),
    ],
)
def test_a_definition_named_in_the_question_comes_first(shop_index, question, title):
    assert ask(shop_index, question).text.startswith(title)


def test_who_inherits_lists_subclasses_only(tmp_path):
    root = write(
        tmp_path,
        {"a.py": "class Appender:\n    pass\n\n\nclass Fast(Appender):\n    pass\n\n\ndef use():\n    return Appender()\n"},
    )
    with Index.build(root) as index:
        text = ask(index, "who inherits from Appender").text
        assert "is extended, implemented or overridden by 1 definition" in text
        assert "`Fast`" in text
        assert "`use`" not in text


def test_who_calls_a_method_leaves_out_methods_of_other_classes(tmp_path):
    classes = "".join(
        f"class {n}:\n    def run(self):\n        return self.step()\n\n    def step(self):\n        return 1\n\n\n"
        for n in "AB"
    )
    with Index.build(write(tmp_path, {"a.py": classes})) as index:
        text = ask(index, "who calls A.step").text
        assert "is used in 1 place" in text
        assert "`A.run`" in text
        assert "`B.run`" not in text


def test_deleted_lines_are_not_cited(shop):
    with Index.build(shop) as index:
        (shop / "shop/auth.py").write_text("# nothing left\n")
        for question in ("where are passwords hashed", "who calls authenticate", "how does checkout work"):
            answer = ask(index, question)
            assert all(c.path != "shop/auth.py" or c.end_line == 1 for c in answer.citations)
            assert all(f"[{c.n}]" in answer.text for c in answer.citations)


def test_questions_in_chinese_and_japanese_are_answered_by_their_translation(shop_index):
    for question in ("密码在哪里校验", "パスワードはどこでハッシュされますか"):
        answer = ask(shop_index, question)
        assert answer.found
        assert answer.citations[0].path == "shop/auth.py"
    assert not ask(shop_index, "天气预报在哪里").found
