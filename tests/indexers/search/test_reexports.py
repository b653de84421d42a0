"""Chunks that only pass names on stand behind the definitions."""

from __future__ import annotations

import pytest

from indexers import Index
from indexers.search.reexports import only_passes_on
from tests.conftest import write


@pytest.mark.parametrize(
    "text",
    [
        '"""Boats."""\n\nfrom .hull import Hull\nfrom .sail import (\n    Jib,\n    Main,\n)\n\n__all__ = ["Hull", "Jib", "Main"]\n',
        "export * from './hull'\nexport { jib, type Sail } from './sail'\n",
        "//! Boats\npub mod hull;\npub use hull::Hull;\n",
        "const hull = require('./hull')\nmodule.exports = { hull }\n",
    ],
)
def test_imports_and_exports_only_pass_on(text):
    assert only_passes_on(text)


@pytest.mark.parametrize(
    "text",
    ["import os\n\n\ndef sail(boat):\n    return boat\n", "import os\n\nWIND = 3\nDEPTH = 4\n", "a list\nof words\n", ""],
)
def test_what_defines_something_does_not(text):
    assert not only_passes_on(text)


def test_the_definition_stands_before_what_passes_it_on(tmp_path):
    files = {
        "boats/__init__.py": '"""Hull of boats, hull measures."""\n\nfrom .measures import hull_length, hull_width\n',
        "boats/measures.py": "def hull_length(plan):\n    return plan[0]\n\n\ndef hull_width(plan):\n    return plan[1]\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        for query in ("hull_length", "hull measures of boats", "hull width"):
            assert index.search(query)[0].path == "boats/measures.py", query


def test_what_gathers_a_folder_may_answer_a_longer_question(tmp_path):
    files = {
        "boats/mod.rs": "//! How planks, masts and sails are joined into a boat and launched.\n\nmod planks;\npub use planks::join_planks;\n",
        "boats/planks.rs": "pub fn join_planks(count: u32) -> u32 {\n    count\n}\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert index.search("join_planks")[0].path == "boats/planks.rs"
        assert index.search("how are planks masts and sails joined into boats and launched")[0].path == "boats/mod.rs"
