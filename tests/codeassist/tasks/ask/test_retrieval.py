"""Chunks for a question: the definition that it names first, then its uses, then what the search finds."""

from __future__ import annotations

import pytest

from codeassist.evidence.packing import Source
from codeassist.tasks.ask.retrieval import AROUND, context_for, retrieve
from indexers import Index, QueryError
from tests.conftest import write


def test_a_definition_that_is_named_comes_first(shop_index):
    first = retrieve(shop_index, "what is Gateway")[0]
    assert (first.path, first.name) == ("shop/payments.py", "Gateway")


def test_the_uses_follow_for_a_question_about_callers(shop_index):
    hits = retrieve(shop_index, "who calls authenticate")
    assert (hits[0].path, hits[0].name) == ("shop/auth.py", "authenticate")
    (use,) = [hit for hit in hits if hit.kind == "use"]
    assert hits.index(use) == 1
    assert use.path == "shop/payments.py"
    lines = (shop_index.root / use.path).read_text().splitlines()
    called = next(number for number, line in enumerate(lines, 1) if "if authenticate(" in line)
    assert (use.start_line, use.end_line) == (called - AROUND, called + AROUND)
    assert use.qualified_name == "checkout"


def test_other_questions_and_filtered_ones_get_the_search_results_alone(shop_index):
    assert all(hit.kind != "use" for hit in retrieve(shop_index, "where are passwords hashed"))
    filtered = retrieve(shop_index, "who calls render", ["stock/**"])
    assert {hit.path for hit in filtered} <= {"stock/inventory.go"}


def test_lines_that_were_deleted_since_are_left_out(shop):
    with Index.build(shop) as index:
        assert any(hit.path == "stock/inventory.go" for hit in retrieve(index, "inventory reserve goods"))
        (shop / "stock/inventory.go").write_text("")
        assert all(hit.path != "stock/inventory.go" for hit in retrieve(index, "inventory reserve goods"))


def test_an_empty_query_is_an_error(shop_index):
    with pytest.raises(QueryError):
        retrieve(shop_index, "  ")


def test_prompt_files_are_no_evidence_for_questions_about_code(tmp_path):
    case = "cases:\n- name: a\n  inputs: {question: where is the discount computed for a customer}\n  expect: [{contains: x}]\n"
    code = 'def discount(customer):\n    """Compute the discount for a customer."""\n    return 0\n'
    write(tmp_path, {"prompts/ask.cases.yaml": case, "shop.py": code})
    with Index.build(tmp_path) as index:
        paths = {hit.path for hit in retrieve(index, "where is the discount computed for a customer")}
        assert paths == {"shop.py"}
        asked = {hit.path for hit in retrieve(index, "which prompt asks where the discount is computed for a customer")}
        assert "prompts/ask.cases.yaml" in asked
        assert context_for(index, Source(index), "where is the discount computed", 500, len).tokens <= 500
