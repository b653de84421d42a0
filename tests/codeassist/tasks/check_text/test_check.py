"""Claims of a text against the repository: what is borne out, what is not there, what is different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.check_text import check_text
from indexers import Index
from tests.conftest import write

SOURCE = '''"""Payments."""


class Gateway:
    """Talks to the bank."""

    def __init__(self, url, timeout=3):
        self.url = url

    def charge(self, amount, *, currency="EUR"):
        return send_request(self.url, amount)


def send_request(url, amount, **options):
    return url


def refund(amount):
    return -amount
'''


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = write(
        tmp_path_factory.mktemp("shop"),
        {"shop/pay.py": SOURCE, "docs/use.md": "# Use\n", "web/app.ts": "export function go() {}\n"},
    )
    with Index.build(root) as built:
        yield built


@pytest.mark.parametrize(
    ("text", "verdict", "there"),
    [
        ("see shop/pay.py", "found", ""),
        ("see `pay.py`", "found", "shop/pay.py"),
        ("see `shop/` and nothing else", "found", ""),
        ("see shop/payments.py", "not found", ""),
        ("see lib/pay.py", "not found", "there is shop/pay.py"),
        ("see shop/pay.py:10", "found", "in Gateway.charge"),
        ("see shop/pay.py:400-410", "different", "shop/pay.py has 19 lines"),
        ("`send_request` sends", "found", "shop/pay.py:14"),
        ("the function send_request sends", "found", "shop/pay.py:14"),
        ("`cancel_order` cancels", "not found", ""),
        ("so cancelOrder cancels", "not found", ""),
        ("`Gateway.charge` charges", "found", "shop/pay.py:10"),
        ("`Gateway.refund` pays back", "different", "refund is at shop/pay.py:18"),
        ("`Gateway.cancel` cancels", "not found", "Gateway is at shop/pay.py:4"),
        ("`refund(amount=3)` pays back", "found", "shop/pay.py:18"),
        ("`refund(amount, currency='EUR')`", "different", "shop/pay.py:18: def refund(amount) (no parameter 'currency')"),
        ("`refund(1, 2)`", "different", "shop/pay.py:18: def refund(amount) (takes 1 positional argument, not 2)"),
        ("`Gateway(url, timout=3)`", "different", "shop/pay.py:4: class Gateway (no parameter 'timout')"),
        ("`refund(...)` and `refund()`", "found", "shop/pay.py:18"),
        ("`send_request(url, 3, retry=True)`", "found", "shop/pay.py:14"),
    ],
)
def test_claims(index, text, verdict, there):
    first = check_text(index, text).items[0]
    assert (first.verdict, first.there) == (verdict, there)


def test_calls_in_code_blocks_are_compared_with_the_signatures(index):
    text = "```python\ng = Gateway('u', timeout=4)\ng.charge(1, currency='USD')\ng.charge(1, 'USD')\nrefund(1, 2)\nprint(len([]))\n```\n"
    found = {item.claim: item.verdict for item in check_text(index, text).items}
    assert found == {
        "Gateway('u', timeout=4)": "found",
        "g.charge(1, currency='USD')": "found",
        "g.charge(1, 'USD')": "different",
        "refund(1, 2)": "different",
    }


def test_attributes_of_objects_in_code_blocks_are_members_of_their_class(index):
    text = "```python\ng = Gateway('u')\nprint(g.url, g.address)\ng.cancel()\nother.address\n```\n"
    found = {item.claim: (item.kind, item.verdict) for item in check_text(index, text).items}
    assert found == {
        "Gateway('u')": ("call", "found"),
        "g.address": ("member", "not found"),
        "g.cancel": ("member", "not found"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "It takes the amount, and returns its negative.",
        "See https://example.org/a_b/c.py for `None` and `true`.",
        "`refund.charge` may be a member of an object with that name; `www.example.org` is a host",
        "e.g. text/html, and/or, 3.14, v1.2.3",
        "```js\nnope(1)\n```",
        "The given code does not show `cancel_order`.",
        "`asyncio.gather` waits, e.g. for `first_task`, and `export SHOP_KEY=<key>` sets a key",
        "",
    ],
)
def test_what_claims_nothing_about_code_is_not_judged(index, text):
    assert check_text(index, text).wrong == []


@given(st.text(max_size=300))
def test_no_text_is_too_odd(index, text):
    result = check_text(index, text)
    assert all(item.verdict in ("found", "not found", "different", "not compared") for item in result.items)
    assert result.as_json()["schema"] == "codeassist.check/1"


def test_a_long_text_is_cut_and_says_so(index):
    result = check_text(index, " ".join(f"`name_{n}`" for n in range(500)))
    assert (len(result.items), result.cut) == (200, True)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("`send_request` is defined in docs/use.md.", "`send_request` is defined in docs/use.md"),
        ("`send_request` is defined in `docs/use.md`.", "`send_request` is defined in `docs/use.md`"),
        ("`refund` is defined in shop/pay.py:5.", "`refund` is defined in shop/pay.py:5"),
        ("`refund` calls `send_request`.", "`refund` calls `send_request`"),
        ("The method `Gateway.charge` raises `ValueError`.", "`Gateway.charge` raises `ValueError`"),
    ],
)
def test_relations_that_the_source_contradicts(index, text, claim):
    different = [item for item in check_text(index, text).items if item.kind == "relation"]
    assert [(item.claim, item.verdict) for item in different] == [(claim, "different")]
    assert different[0].there.startswith("shop/pay.py:")


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("`send_request` is defined in shop/pay.py, and `refund` is defined in `pay.py:18`.", ["found", "found"]),
        ("`Gateway.charge` calls `send_request`.", ["found"]),
        ("`send_request` is defined at the bottom of the file.", ["not compared"]),
        ("If `refund` returns `None`, it stops.", ["not compared"]),
    ],
)
def test_relations_that_the_source_bears_out(index, text, verdicts):
    relations = [item for item in check_text(index, text).items if item.kind == "relation"]
    assert [item.verdict for item in relations] == verdicts


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("`httpx.get` is defined in httpx/api.py of another package.", "`httpx.get` is defined in httpx/api.py"),
        ("The default of `currency` is `USD`.", "default of `currency` is `USD`"),
        ("`refund` is faster than `send_request` [1].", "`refund` is faster than `send_request`."),
    ],
)
def test_relations_that_are_not_compared_are_given(index, text, claim):
    result = check_text(index, text)
    assert [(item.claim, item.kind) for item in result.open] == [(claim, "relation")]
    assert claim not in [item.claim for item in result.wrong]


def _verdicts(index, text, kind="relation"):
    return [(item.claim, item.verdict) for item in check_text(index, text).items if item.kind == kind]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("`Gateway` lives in `shop/pay.py`.", "found"),
        ("`Gateway` lives in `web/app.ts`.", "different"),
        ("`refund` is in shop/pay.py.", "found"),
        ("`refund` is in `web/app.ts`.", "different"),
        ("`refund` takes one argument.", "found"),
        ("`refund` takes two arguments.", "different"),
        ("`Gateway` takes 2 parameters.", "found"),
        ("`Gateway` takes exactly one argument.", "found"),
        ("`Gateway` takes three arguments.", "different"),
        ("`Gateway.charge` has one required argument.", "found"),
        ("`Gateway.charge` has two required arguments.", "different"),
        ("`send_request` takes two arguments.", "not compared"),
        ("`refund` has no parameter `prefix`.", "found"),
        ("`refund` has no parameter `amount`.", "different"),
    ],
)
def test_places_and_numbers_of_arguments_are_compared(index, text, verdict):
    assert [v for _, v in _verdicts(index, text)] == [verdict]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`refund` gives money back (shop/pay.py:18).", [("`refund` gives money back (shop/pay.py:18).", "not compared")]),
        (
            "`Gateway` talks to a bank (`shop/pay.py:18`).",
            [("`Gateway` talks to a bank (`shop/pay.py:18`).", "not compared"), ("`Gateway` (shop/pay.py:18)", "different")],
        ),
        ("Money is given back (shop/pay.py:18).", []),
    ],
)
def test_a_place_behind_a_sentence_is_that_of_what_it_names(index, text, expected):
    assert _verdicts(index, text) == expected


LIST = "The defaults of `Gateway` are:\n\n- `timeout`: 3\n- url: 'x'\n"
TABLE = "## Options of `Gateway`\n\n| option | meaning | default |\n|---|---|---|\n| `timeout` | seconds | 30 |\n"


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        (LIST, {"- `timeout`: 3": "found"}),
        (LIST.replace("3", "30"), {"- `timeout`: 30": "different"}),
        (TABLE, {"timeout: 30": "different"}),
        (TABLE.replace("30", "3"), {"timeout: 3": "found"}),
        ("`Gateway` has options:\n\n- `timeout` (seconds, default 30)\n", {"`timeout` (seconds, default 30)": "different"}),
        ("`Gateway` and others:\n\n- `timeout`: 30\n", {}),
    ],
    ids=["a list", "a wrong list", "a wrong table", "a table", "in brackets", "not of defaults"],
)
def test_defaults_in_lists_and_tables_are_compared(index, text, verdicts):
    found = dict(_verdicts(index, text))
    assert verdicts.items() <= found.items()
    if not verdicts:
        assert "different" not in found.values()


def test_plain_names_are_looked_up_and_not_counted_as_compared(index):
    result = check_text(index, "`refund` and `send_request` exist; `refund` is in shop/pay.py.")
    assert [item.claim for item in result.looked_up] == ["refund", "send_request", "shop/pay.py"]
    assert [item.claim for item in result.compared] == ["`refund` is in shop/pay.py"]
    assert result.summary() == "1 statement compared, 1 not compared; 3 names looked up. Wrong or not there: 0."


def test_an_index_without_files_bears_out_nothing_and_denies_nothing(tmp_path):
    with Index.build(tmp_path) as index:
        result = check_text(index, "`refund` calls `send_request`.")
    assert (result.items, result.summary()) == ([], "The index has no files, so that nothing can be checked.")
