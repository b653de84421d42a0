"""What runners share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codeassist.sandbox.results import merged_lines


@given(st.lists(st.lists(st.sampled_from(["import a", "import b  ", "  ", "", "import b"]))))
def test_merged_lines_are_unique_and_in_the_order_of_their_first_use(groups):
    lines = merged_lines(groups)
    expected = []
    for line in (line.rstrip() for group in groups for line in group):
        if line and line not in expected:
            expected.append(line)
    assert lines == expected
