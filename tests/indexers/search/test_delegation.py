"""Definitions that only pass a call on are told apart from those that do something, in the forms of many languages."""

from __future__ import annotations

import time

import pytest

from indexers.search.delegation import only_delegates


@pytest.mark.parametrize(
    "text",
    [
        'def fetch(self, url, *, wait=USUAL):\n    """Fetch "it".\n\n    More.\n    """\n    return self.ask("GET", url, wait=wait)',
        "@cached\nasync def load(key: int = first(3)) -> None:\n    # passes on\n    return await self.read(key)",
        "public int size(int a) { return inner.size(a); }",
        "fun size(a: Int) = inner.size(a)",
        "const size = (a) => measure(a)",
        "fn size(&self) -> R {\n    self.inner.size(self.x).await\n}",
        "func (c *Client) Get(u string) (*Reply, error) {\n\treturn c.Do(u)\n}",
        "function size($a) { return $this->measure($a); }",
    ],
)
def test_one_call_that_passes_arguments_on_delegates(text):
    assert only_delegates(text)


@pytest.mark.parametrize(
    "text",
    [
        "def size(a):\n    b = a\n    return measure(b)",
        "def size(a):\n    return measure(a) + 1",
        "def size(a):\n    return [x for x in a]",
        'def size(a):\n    return measure({"a": 1})',
        "int size() { if (x) { return 3; } }",
        "def broken(a, do: measure(a",
        "LIMIT = 3",
        "",
    ],
)
def test_what_does_something_of_its_own_does_not_delegate(text):
    assert not only_delegates(text)


@pytest.mark.parametrize("text", ["(" * 5_000, "/*" * 2_900, '"""' * 1_900, "f(a) " * 1_100, "a" * 9_000])
def test_long_texts_take_little_time(text):
    started = time.process_time()
    only_delegates(text)
    assert time.process_time() - started < 5.0
