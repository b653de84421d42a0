"""Members of foreign types, flags, defaults in words at cited lines, and calls through the project's own package."""

from __future__ import annotations

import pytest

from codeassist.tasks.check_text import check_text
from codeassist.tasks.check_text.check import MOST_ITEMS
from indexers import Index
from tests.conftest import write

FILES = {
    "shop/__init__.py": "from .api import get as get\n",
    "shop/api.py": "TIMEOUT_MS = 5000\n\n\ndef get(url, *, timeout=5.0):\n    return url\n\n\nclass Reply:\n    def json(self):\n        return {}\n",
    "shop/cli.py": 'import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--max-retries", type=int, default=3)\n'
    "\n\ndef run(dry_run: bool = False):\n    return dry_run\n",
    "app/Hash.kt": 'import javax.crypto.Mac\n\nfun digest(): Mac {\n    val mac = Mac.getInstance("HmacSHA1")\n    return mac\n}\n',
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with Index.build(write(tmp_path_factory.mktemp("shop"), FILES)) as built:
        yield built


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("`shop.get(url, retries=3)` tries again.", "different"),
        ("`shop.get(url, timeout=3)` waits.", "found"),
        ("`shop.api.get(url, timeout=3)` waits.", "found"),
        ('It calls `MessageDigest.getInstance("MD5")`.', "different"),
        ('It calls `Mac.getInstance("HmacSHA1")`.', "found"),
        ("`Reply.json` reads the body.", "found"),
        ("`Reply.toml` reads the body.", "not found"),
        ("`OrderedReader.json` reads the body.", "not found"),
        ("`settings.json` is read.", "not found"),
        ("Pass `--max-retries` for more.", "found"),
        ("Pass `--max-retries 5` for more.", "found"),
        ("`--dry-run` changes nothing.", "found"),
        ("Pass `--max-attempts` for more.", "not found"),
    ],
)
def test_what_a_text_names_is_looked_up_where_it_is_declared(index, text, verdict):
    items = [item for item in check_text(index, text).items if item.verdict != "not compared"]
    assert [item.verdict for item in items] == [verdict], items


@pytest.mark.parametrize("text", ["Run pytest with `--cov`.", "There is no `--max-attempts`.", "`pip install --upgrade shop`"])
def test_flags_of_other_programs_and_denied_ones_are_not_looked_up(index, text):
    assert not [item for item in check_text(index, text).items if item.verdict == "not found"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("The default timeout is 10 seconds, see shop/api.py:4.", "different"),
        ("The default timeout is 5 seconds, see shop/api.py:4.", "found"),
        ("The timeout defaults to 5 s (shop/api.py:1).", "found"),
        ("The default number of max retries is 4 (shop/cli.py:4).", "not compared"),
        ("The default colour count is 4 (shop/cli.py:4).", "not compared"),
    ],
)
def test_defaults_in_plain_words_are_compared_with_the_lines_that_are_cited(index, text, verdict):
    assert [item.verdict for item in check_text(index, text).items if item.kind == "relation"] == [verdict]


def test_a_text_with_too_many_claims_says_so(index):
    result = check_text(index, " ".join(f"`name_{n}` is here." for n in range(MOST_ITEMS + 20)))
    assert f"Only the first {MOST_ITEMS} claims were checked" in result.summary()


def test_members_that_are_made_at_run_time_are_not_called_missing(tmp_path):
    source = "class Table:\n    pass\n\n\nfor name in ('csv', 'rows'):\n    setattr(Table, name, property(len))\n"
    with Index.build(write(tmp_path, {"m.py": source})) as index:
        assert not check_text(index, "`Table.csv` writes, and `Table.rows` counts.").wrong
