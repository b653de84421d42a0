"""The context of a question: the definition that it names first, then its uses, then the decisive lines of what the search finds."""

from __future__ import annotations

import pytest

from codeassist.evidence.packing import Source
from codeassist.models.token_estimate import estimate
from codeassist.tasks.ask.retrieval import AROUND, context_for, named, relevant
from indexers import Index, QueryError
from tests.conftest import write


def context(index, question, budget=3_000, **how):
    return context_for(index, Source(index), question, budget, estimate, **how)


def test_a_definition_that_is_named_comes_first(shop_index):
    first = context(shop_index, "what is Gateway").blocks[0]
    assert (first.path, first.name) == ("shop/payments.py", "Gateway")


def test_the_uses_follow_for_a_question_about_callers(shop_index):
    hits = named(shop_index, "who calls authenticate")
    assert (hits[0].path, hits[0].name) == ("shop/auth.py", "authenticate")
    (use,) = [hit for hit in hits if hit.kind == "use"]
    assert hits.index(use) == 1
    assert use.path == "shop/payments.py"
    lines = (shop_index.root / use.path).read_text().splitlines()
    called = next(number for number, line in enumerate(lines, 1) if "if authenticate(" in line)
    assert (use.start_line, use.end_line) == (called - AROUND, called + AROUND)
    assert use.qualified_name == "checkout"
    blocks = context(shop_index, "who calls authenticate").blocks
    assert any(block.path == use.path and block.shows(called, called) for block in blocks)


def test_other_questions_and_filtered_ones_get_the_search_results_alone(shop_index):
    assert named(shop_index, "where are passwords hashed") == []
    filtered = context(shop_index, "who calls render", paths=["stock/**"])
    assert {block.path for block in filtered.blocks} == {"stock/inventory.go"}


def test_lines_that_were_deleted_since_are_left_out(shop):
    with Index.build(shop) as index:
        assert any(block.path == "stock/inventory.go" for block in context(index, "inventory reserve goods").blocks)
        (shop / "stock/inventory.go").write_text("")
        assert all(block.path != "stock/inventory.go" for block in context(index, "inventory reserve goods").blocks)


def test_an_empty_query_is_an_error(shop_index):
    with pytest.raises(QueryError):
        context(shop_index, "  ")


def test_prompt_files_are_no_evidence_for_questions_about_code(tmp_path):
    case = "cases:\n- name: a\n  inputs: {question: where is the discount computed for a customer}\n  expect: [{contains: x}]\n"
    code = 'def discount(customer):\n    """Compute the discount for a customer."""\n    return 0\n'
    write(tmp_path, {"prompts/ask.cases.yaml": case, "shop.py": code})
    with Index.build(tmp_path) as index:
        paths = {hit.path for hit in relevant(index, "where is the discount computed for a customer").hits}
        assert paths == {"shop.py"}
        asked = {hit.path for hit in relevant(index, "which prompt asks where the discount is computed for a customer").hits}
        assert "prompts/ask.cases.yaml" in asked


LONG = "\n".join(f"    step_{n} = prepare_{n}(goods)" for n in range(80))
LEDGER = f'''"""Accounts."""


def close_month(goods):
{LONG}
    if goods.unpaid:
        raise LedgerError("the month has unpaid invoices")
    return archive_month(goods)


def archive_month(goods):
    """Put the books away."""
    return goods.close()


def report(goods):
    return close_month(goods)
'''


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    root = write(tmp_path_factory.mktemp("ledger"), {"ledger.py": LEDGER, "notes.md": "# Notes\n\nNothing about it.\n"})
    with Index.build(root) as index:
        yield index


def test_of_a_long_function_the_decisive_lines_are_shown_below_its_signature(ledger):
    packed = context(ledger, "what is raised if the month has unpaid invoices", 250)
    block = next(block for block in packed.blocks if "unpaid invoices" in block.text)
    assert "def close_month(goods)" in block.render()
    assert block.text.count("step_") < 40
    number = LEDGER.split("\n").index('        raise LedgerError("the month has unpaid invoices")') + 1
    assert block.shows(number, number)
    assert f"{number} " in block.render()
    assert packed.tokens <= 250


@pytest.mark.parametrize("budget", [60, 150, 400, 2_000])
@pytest.mark.parametrize("count", [len, estimate, lambda text: len(text.split())])
def test_the_budget_holds_for_every_way_of_counting(ledger, budget, count):
    packed = context_for(ledger, Source(ledger), "what is raised if the month has unpaid invoices", budget, count)
    assert packed.tokens <= budget
    assert packed.blocks or packed.left_out


def test_callers_and_callees_fill_the_rest(ledger):
    packed = context(ledger, "what is raised if the month has unpaid invoices", 4_000)
    text = packed.render()
    assert "Put the books away" in text
    assert "return close_month(goods)" in text


def test_private_files_are_neither_shown_nor_do_they_take_room(ledger):
    source = Source(ledger, ["ledger.py"])
    packed = context_for(ledger, source, "what is raised if the month has unpaid invoices", 1_000, estimate)
    assert "ledger.py" not in {block.path for block in packed.blocks}
    assert ("ledger.py", "private") in {(left.path, left.reason) for left in packed.left_out}


def test_neighbouring_functions_are_one_block(tmp_path):
    body = "\n\n\n".join(f"def discount_{n}(customer):\n    return customer.discount * {n}" for n in range(4))
    with Index.build(write(tmp_path, {"shop.py": f"{body}\n"})) as index:
        blocks = context(index, "how is the discount of a customer computed").blocks
    assert [(block.start_line, block.end_line, block.ranges) for block in blocks] == [(1, 14, ())]
