"""Types in documentation are read in the usual notations."""

from __future__ import annotations

import pytest

from codeassist.tasks.gen_tests.search_engine.subjects.described_types import described_types


@pytest.mark.parametrize(
    "text",
    [
        "Cut.\n\n:param str text: What to cut.\n:param list of strings marks: Where.\n",
        "Cut.\n\n:param text: What to cut.\n:type text: string\n:type marks: list of str\n",
        "Cut.\n\nArgs:\n    text (str): What to cut.\n    marks (list of strings, optional): Where.\n",
        "Cut.\n\nParameters\n----------\ntext : str\n    What to cut.\nmarks : list of strings, optional\n    Where.\n",
    ],
)
def test_each_notation(text):
    assert described_types(text) == {"text": "str", "marks": "list of str"}


def test_prose_is_no_type():
    assert described_types("Cut.\n\n:param text: What to cut.\n") == {}
    assert described_types("Args:\n    text (one of many different words that say little): What.\n") == {}
