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
    "text",
    [
        "`send_request` is defined in shop/pay.py, and `refund` is defined in `pay.py:18`.",
        "`Gateway.charge` calls `send_request`.",
        "`send_request` is defined at the bottom of the file.",
        "If `refund` returns `None`, it stops.",
    ],
)
def test_relations_that_the_source_bears_out(index, text):
    assert [item for item in check_text(index, text).items if item.kind == "relation"] == []


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
