"""Code inside files of another language, at the lines of the file."""

from __future__ import annotations

import json
import time

import pytest

from indexers import Index
from indexers.build.parsing import parse_file
from indexers.syntax.embedded import pieces
from indexers.syntax.languages import by_name, detect
from tests.conftest import write

VUE = """<template>
  <button @click="addItem">{{ total }}</button>
</template>

<script setup lang="ts">
import { price } from './price'

export function addItem(name: string): number {
  return price(name)
}
</script>

<style>
.a { color: red }
</style>
"""

HTML = """<html><head id="top">
<script type="application/json">
{"a": 1}
</script>
<script src="x.js"></script>
<script>
  function greet(name) {
    return name
  }
</script></head>
<body><h1>Hello</h1>
<script type="module">
class Cart {
  add() { return greet('x') }
}
</script>
</body></html>
"""

NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Prices\n", "How the price is found."]},
            {
                "cell_type": "code",
                "execution_count": 1,
                "metadata": {},
                "outputs": [{"data": {"text/plain": ["secret_output"]}}],
                "source": ["%matplotlib inline\n", "def price(name):\n", '    """The price of a thing."""\n', "    return 3"],
            },
            {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["price('tea')"]},
        ],
        "metadata": {"language_info": {"codemirror_mode": {"name": "ipython"}, "name": "python"}},
    },
    indent=1,
)


def parsed(name: str, text: str):
    return parse_file(name, detect(name), text.encode())


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.vue", VUE, [("addItem", "function", 8)]),
        ("a.svelte", VUE, [("addItem", "function", 8)]),
        ("a.html", HTML, [("greet", "function", 7), ("Cart", "class", 13), ("add", "method", 14)]),
        ("a.ipynb", NOTEBOOK, [("price", "function", NOTEBOOK.split("\n").index('    "def price(name):\\n",') + 1)]),
    ],
)
def test_definitions_keep_the_lines_of_the_file(name, text, found):
    symbols = [(s.name, s.kind, s.start_line) for s in parsed(name, text).symbols]
    assert [entry for entry in symbols if entry[1] in ("function", "class", "method")] == found
    starts = [line for _, _, line in symbols]
    assert starts == sorted(starts)


@pytest.mark.parametrize(("name", "text"), [("a.vue", VUE), ("a.html", HTML)])
def test_every_line_is_in_one_chunk(name, text):
    result = parsed(name, text)
    covered = [n for c in result.chunks for n in range(c.start_line, c.end_line + 1)]
    written = {n for n, line in enumerate(text.split("\n"), 1) if line.strip()}
    assert written <= set(covered)
    assert len(covered) == len(set(covered))
    assert {c.name for c in result.chunks if c.symbol >= 0} <= {s.name for s in result.symbols}


def test_outputs_of_a_notebook_are_not_source():
    result = parsed("a.ipynb", NOTEBOOK)
    text = "\n".join(chunk.text for chunk in result.chunks)
    assert "secret_output" not in text
    assert "How the price is found." in text
    assert {(r.name, r.kind) for r in result.references} >= {("price", "call")}


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("html", "<script>x()</script>"),
        ("html", '<script type="text/template">\n<b>\n</script>'),
        ("vue", "<script>\nno end"),
        ("notebook", "not json at all\n"),
        ("notebook", '{"cells": [{"cell_type": "code", "source": ["a"]}]}'),
        ("notebook", '"cell_type": "code"\n"source": [\n"broken \\'),
    ],
)
def test_what_cannot_be_taken_apart_has_no_pieces(host, text):
    assert pieces(host, text.split("\n"))[0] == []


def test_embedded_code_is_found_and_its_uses_are_known(tmp_path):
    root = write(
        tmp_path,
        {"src/Cart.vue": VUE, "src/price.ts": "export function price(name: string) {\n  return 3\n}\n", "n.ipynb": NOTEBOOK},
    )
    with Index.build(root) as index:
        assert [(d.path, d.line) for d in index.definitions("addItem")] == [("src/Cart.vue", 8)]
        assert ("src/Cart.vue", 9) in [(use.path, use.line) for use in index.callers("price")]
        assert index.search("addItem")[0].path == "src/Cart.vue"
        assert index.language_of("n.ipynb") == by_name("notebook").name


@pytest.mark.parametrize("line", ["<script>", "<script", "<script>x</script"])
def test_scripts_that_do_not_end_take_linear_time(line):
    started = time.process_time()
    assert pieces("html", [line] * 50_000)[0] == []
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


@pytest.mark.parametrize("indent", [None, 1])
def test_cells_whose_source_is_one_text_are_kept_as_text(indent):
    cells = [{"cell_type": "code", "outputs": ["secret"], "source": "def zed():\n    return 1\n"}]
    lines = json.dumps({"cells": cells, "metadata": {}}, indent=indent).split("\n")
    rest = pieces("notebook", lines)[1]
    assert len(rest) == len(lines)
    assert "def zed():" in " ".join(rest)
    assert "secret" not in " ".join(rest)


def test_minified_code_in_a_page_is_left_out():
    bundle = "function hash(e){return e};" * 400
    page = ["<p>The manual</p>", "<script>", bundle, "</script>", "<script>", "start();", "</script>"]
    code, rest = pieces("html", page)
    assert [(piece.start, piece.lines) for piece in code] == [(6, ["start();"])]
    assert bundle not in rest
