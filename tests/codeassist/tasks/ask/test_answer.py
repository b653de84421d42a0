"""Citations: numbered once, inside the file as it is on disk; and the JSON form of an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.evidence.blocks import LeftOut
from codeassist.tasks.ask.answer import Answer, Citation, Citations
from tests.conftest import write

LINES = 9


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("cited"), {"a.py": "x\n" * LINES, "b.py": "y\n" * LINES})


@given(cited=st.lists(st.tuples(st.sampled_from(["a.py", "b.py"]), st.integers(1, 14), st.integers(1, 14)), max_size=12))
def test_every_citation_exists_and_the_same_lines_get_the_same_number(folder, cited):
    numbers = Citations(folder)
    texts = [numbers.cite(*place) for place in cited]
    made = list(numbers.made.values())
    assert [c.n for c in made] == list(range(1, len(made) + 1))
    assert len({(c.path, c.start_line, c.end_line) for c in made}) == len(made)
    assert all(1 <= c.start_line <= c.end_line <= LINES for c in made)
    for (path, start, _), text in zip(cited, texts, strict=True):
        if start > LINES:
            assert text == "(changed since it was indexed)"
        else:
            citation = made[int(text.strip("[]")) - 1]
            assert (citation.path, citation.start_line) == (path, start)


def test_lines_that_are_gone_are_not_cited(folder):
    numbers = Citations(folder)
    assert numbers.cite("deleted.py", 1, 2) == "(changed since it was indexed)"
    assert numbers.made == {}


def test_a_definition_is_cited_with_its_qualified_name(shop_index):
    numbers = Citations(shop_index.root)
    (charge,) = shop_index.definitions("charge")
    assert numbers.define(charge) == "[1]"
    (citation,) = numbers.made.values()
    assert citation == Citation(1, "shop/payments.py", charge.line, charge.end_line, "Gateway.charge")
    assert citation.as_json()["end_line"] == charge.end_line


def test_the_json_form_has_a_model_s_fields_only_if_a_model_answered():
    answer = Answer("q", "a [1].", True, "where", 0.9, [Citation(1, "a.py", 1, 2, "f")])
    plain = answer.as_json()
    assert plain["schema"] == "codeassist.ask/1"
    assert (plain["model"], plain["prompt"]) == (None, None)
    assert plain["citations"] == [{"n": 1, "path": "a.py", "start_line": 1, "end_line": 2, "name": "f"}]
    assert "strategy" not in plain
    answer.model, answer.strategy = "scripted:double", "vote"
    answer.left_out = [LeftOut("b.py", 3, 4, "private")]
    written = answer.as_json()
    assert (written["strategy"], written["finish"], written["checks"]) == ("vote", "stop", None)
    assert written["left_out"] == [{"path": "b.py", "start_line": 3, "end_line": 4, "reason": "private"}]
