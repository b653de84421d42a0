"""Calls in JavaScript that a text shows."""

from __future__ import annotations

import pytest

from codeassist.tasks.check_text import check_text
from indexers import Index
from tests.conftest import write

JAVASCRIPT = """const Shop = require('./lib/shop')
function implies(values) { return values }
function open(options) { return options.color }
"""


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("new Shop({ proxy: true })", []),  # a variable
        ("on('error', err => { stop() })", []),  # a key of a workflow
        ("implies({ drink: 'small' })", []),  # an object with any keys
        ("open({ color: 1 })", []),
        ("open({ colour: 1 })", ["open({ colour: 1 })"]),
    ],
)
def test_calls_in_javascript_are_compared_where_their_keys_are_known(tmp_path, code, wrong):
    files = {
        "index.js": JAVASCRIPT,
        ".github/workflows/ci.yml": "on:\n  push:\njobs: {}\n",
        "lib/shop.js": "module.exports = 1\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert [item.claim for item in check_text(index, f"```js\n{code}\n```\n").wrong] == wrong
