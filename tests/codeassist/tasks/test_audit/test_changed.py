"""The functions that changed lines belong to."""

from __future__ import annotations

import pytest

from codeassist.tasks.test_audit.changed import edited_functions

SOURCE = """import os

def page():
    # a comment
    mark = "\f\x1c\x85"
    return f'''
# {mark}
import this
'''


def rate():
    return 7
"""


@pytest.mark.parametrize(
    ("line", "functions"),
    [
        (1, set()),
        (2, set()),
        (4, set()),
        (5, {"page"}),
        (7, {"page"}),
        (8, {"page"}),
        (10, set()),
        (12, {"rate"}),
        (13, {"rate"}),
    ],
)
def test_lines_are_counted_as_git_does_and_text_in_strings_is_no_comment(tmp_path, line, functions):
    path = tmp_path / "shop.py"
    path.write_bytes(SOURCE.encode())
    assert edited_functions(path, frozenset({line})) == functions
