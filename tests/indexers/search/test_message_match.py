"""Error messages and the string literals that produce them."""

from __future__ import annotations

import pytest

from indexers.search.message_match import accounted, covered, fixed_parts, parts_of_message, raising_line


@pytest.mark.parametrize(
    ("literal", "parts"),
    [
        ("no rows for %s in %(table)s", ["norowsfor", "in"]),
        ("no rows for {name!r:>10} in {0}", ["norowsfor", "in"]),
        ("no rows for ${user.name}", ["norowsfor"]),
        ("no rows for #{name}", ["norowsfor"]),
        ("no rows for \\(name)", ["norowsfor"]),
        ("%5.2f%% done", ["done"]),
    ],
)
def test_fixed_parts_are_between_placeholders(literal, parts):
    assert fixed_parts(literal) == parts


@pytest.mark.parametrize(
    ("message", "text", "share"),
    [
        ("order 17 is empty", "raise E('order %s is empty' % n)", 12 / 14),
        ("order 17 is empty", "raise E('is empty, order %s')", 0.0),
        ("order 17 is empty", "x = 'order'", 0.0),
        ("the pool is full of idle workers", "f('the pool is full ' + 'of idle workers')", 1.0),
        ("short", "'short'", 0.0),
    ],
)
def test_the_share_of_a_message_that_literals_account_for(message, text, share):
    assert covered(message, text) == pytest.approx(share)


def test_the_line_that_produces_a_message():
    lines = [
        "def check(order):",
        '    """Raise an error when an order is empty."""',
        "    raise E('order %s is empty' % order)",
    ]
    assert raising_line("order 17 is empty", lines) == 2
    assert raising_line("something else entirely", lines) is None
    assert raising_line("anything at all", []) is None


def test_escapes_are_the_same_in_a_message_and_in_a_literal():
    assert covered('path must not contain ";" or "\\n"', '"${key} must not contain \\";\\" or \\"\\\\n\\""') > 0.7


def test_a_message_has_parts_between_the_names_of_programs_and_causes():
    text = "tool: error (at line 12): Cannot index array with string: no such key"
    assert parts_of_message(text) == [text, "error (at line 12)", "Cannot index array with string", "no such key"]


def test_a_part_of_a_message_is_accounted_for_where_the_whole_is_not():
    message = 'Incorrect usage: invalid value "eighty" for flag -port: strconv.ParseInt: parsing "eighty": invalid syntax'
    line = 'return fmt.Errorf("invalid value %q for flag -%s: %v", value, name, err)'
    assert covered(message, line) < 0.3 < accounted(message, line)
    assert accounted(message, 'return "something else entirely"') == 0.0
