"""Completion: what follows the same tokens in the repository and in the buffer, without the file that is being edited."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("pygls")

from codeassist.lsp.completion import complete
from codeassist.lsp.idioms import Idioms, count, tokens_of
from codeassist.lsp.usage import gathered
from indexers import Index
from tests.conftest import write

FILES = {
    "orders.py": "from shop import ledger\n\n\ndef pay(order):\n    ledger.record_payment(order)\n    return order.total\n",
    "refunds.py": "from shop import ledger\n\n\ndef refund(order):\n    ledger.record_payment(order)\n    ledger.close()\n",
    "shop.py": "class Ledger:\n    def unused_member(self):\n        pass\n\n\nledger = Ledger()\n",
}


@pytest.fixture
def index(tmp_path):
    root = write(tmp_path / "p", FILES)
    with Index.build(root, index_dir=tmp_path / "index") as made:
        yield made


def names(index, before, after="", path="", limit=5):
    idioms = gathered(index)
    return [c.name for c in complete(index, before, after, limit, idioms=idioms, on_disk=idioms.of_file(path))]


def test_what_the_repository_calls_on_a_receiver_comes_first_without_a_letter(index):
    assert names(index, "from shop import ledger\n\n\ndef book():\n    ledger.")[:2] == ["record_payment", "close"]
    assert names(index, "import os\n\nfrom shop import ")[0] == "ledger"


def test_the_letters_that_were_typed_select(index):
    assert names(index, "def book():\n    ledger.cl")[0] == "close"


def test_the_file_that_is_edited_counts_as_it_is_in_the_buffer(index):
    assert "close" in names(index, "def refund():\n    ledger.")
    assert "close" not in names(index, "def refund():\n    ledger.", path="refunds.py")


def test_keywords_are_left_to_the_language(index):
    assert not {"return", "def", "from"} & set(names(index, "def pay(order):\n    ", limit=20))


def test_after_a_dot_a_keyword_is_a_name(tmp_path):
    files = {"load.js": "export function load(url) {\n  return get(url).catch(report)\n}\n"}
    with Index.build(write(tmp_path / "p", files), index_dir=tmp_path / "index") as index:
        assert "catch" in names(index, "get(url).")
        assert names(index, "get(url).ca")[0] == "catch"
        assert "catch" not in names(index, "get(url)\nca")
        assert "return" not in names(index, "return get(url).")


def test_what_a_file_contributed_is_what_was_counted_though_it_is_changed_on_disk_since(index):
    idioms = gathered(index)
    before = idioms.of_file("refunds.py")
    write(index.root, {"refunds.py": "ledger.reopen()\n"})
    assert idioms.of_file("orders.py") != before
    assert idioms.of_file("refunds.py") == before
    assert idioms.of_file("unknown.py") == {}


def test_a_name_is_of_the_buffer_only_as_a_whole(index):
    found = complete(index, "def refund():\n    enclosed = 1\n    ledger.", "", idioms=gathered(index))
    assert {c.name: c.source for c in found}["close"] == "repository"


def test_many_empty_lines_take_linear_time():
    started = time.process_time()
    assert tokens_of("\n" * 200_000 + "a")[-1] == "a"
    assert time.process_time() - started < 10.0  # in quadratic time they take minutes


def test_comments_are_no_code():
    assert tokens_of("# about ledger\nledger.close()\n") == ["\n", "ledger", ".", "close", "(", ")", "\n"]
    assert ("ledger", ".") in {context[-2:] for context in count(tokens_of("ledger.close()"))}
    assert Idioms().after(("x",), {}) == {}


WIDGET = """export default class Widget extends Base {
  #rows = []
  private visible = true

  draw(list) {
    const size = list.length
    list.splice(0, size)
    this.visible = list.length > 0
    this.#fill(list)
  }

  #fill(list) {
    this.#rows = list
  }

  hide() {
    """


def test_behind_this_are_the_members_of_the_class(tmp_path):
    with Index.build(write(tmp_path / "p", {"widget.ts": f"{WIDGET}\n  }}\n}}\n"}), index_dir=tmp_path / "index") as index:
        offered = names(index, f"{WIDGET}this.", limit=20)
        assert {"visible", "draw", "#rows", "#fill"} <= set(offered[:5])
        assert not {"length", "splice"} & set(offered[:5])
        assert names(index, f"{WIDGET}this.#r", limit=20)[0] == "rows"
        assert {"rows", "fill"} == set(names(index, f"{WIDGET}this.#", limit=20)[:2])


def test_what_a_module_defines_may_be_imported_from_it(tmp_path):
    files = {
        "shop/prices.py": "def vat(price):\n    return price\n\n\nclass Rebate:\n    def of(self):\n        return 1\n",
        "shop/main.py": "from shop.orders import Order\n\n\ndef run():\n    return Order\n",
    }
    with Index.build(write(tmp_path / "p", files), index_dir=tmp_path / "index") as index:
        assert set(names(index, "from shop.prices import ", limit=20)[:2]) == {"vat", "Rebate"}
        assert "Rebate" in names(index, "from .prices import (\n    vat,\n    ", limit=3)
        assert "of" not in names(index, "from shop.prices import ", limit=20)
