"""Lines of generated files are as long as the project's settings allow."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.gen_tests.writing.width import line_length, with_short_strings, within
from tests.conftest import write

CALL = (
    "    assert shorten('a long text that does not fit', limit=30, suffix='...') == ['a long text', 'that does', 'not fit']\n"
)
ONE = "def test_a():\n" + CALL


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n", 100),
        ("pyproject.toml", "[tool.black]\nline-length = 79\n", 79),
        ("pyproject.toml", "[tool.black]\n", 88),
        ("ruff.toml", "line-length = 90\n", 90),
        ("setup.cfg", "[flake8]\nmax-line-length = 99\n", 99),
        ("tox.ini", "[pycodestyle]\nmax_line_length = 101\n", 101),
        (".editorconfig", "root = true\n[*.py]\nmax_line_length = 95\n", 95),
        ("setup.cfg", "[flake8]\nmax-line-length = many\n", 120),
        ("setup.cfg", "[flake8]\nmax-line-length = ²\n", 120),
        ("setup.cfg", f"[flake8]\nmax-line-length = {'9' * 5000}\n", 120),
        ("setup.cfg", "no section", 120),
        ("pyproject.toml", "[tool", 120),
        ("README.md", "", 120),
    ],
)
def test_the_length_is_that_of_the_settings(tmp_path, name, text, expected):
    assert line_length(write(tmp_path, {name: text})) == expected


@pytest.mark.parametrize("width", [60, 72, 79, 88, 100])
def test_statements_are_split_at_their_brackets(width):
    text = within(ONE, width)
    assert max(map(len, text.splitlines())) <= width
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(ONE))


def test_the_last_bracket_is_split_first():
    assert within(ONE, 100).splitlines()[1:] == [
        "    assert shorten('a long text that does not fit', limit=30, suffix='...') == [",
        "        'a long text', 'that does', 'not fit'",
        "    ]",
    ]


def test_what_fits_and_what_cannot_be_split_is_kept():
    assert within(ONE, 200) == ONE
    long = f"x = '{'a' * 90}'\n"
    assert within(long, 60) == long
    assert within("def f(:\n" + "x" * 99, 60) == "def f(:\n" + "x" * 99


values = st.recursive(
    st.one_of(st.integers(), st.text(max_size=12), st.none(), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.tuples(inner),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=5), inner, max_size=4),
    ),
    max_leaves=25,
)


@given(values, values, st.integers(30, 120))
def test_splitting_never_changes_the_meaning(first, second, width):
    text = f"def test_it():\n    with pytest.raises(ValueError, match={str(first)!r}):\n        f(*{first!r}, **x)\n    assert f({first!r}) == {second!r}\n"
    assert ast.dump(ast.parse(within(text, width))) == ast.dump(ast.parse(text))


LONG = "Invalid non-printable ASCII character in URL, '\\n' at position 4, which is the last one of the \\N{BULLET} line"


@pytest.mark.parametrize(
    "code",
    [
        f"assert message() == {LONG!r}",
        f"check({LONG!r}, 1)",
        f"rows = [\n    (1, {LONG!r}, [2]),\n]",
        'with a(match=r"' + "\\d+ " * 40 + '"):\n    pass',
        "assert f() == b'" + "\\x01" * 40 + "'",
        "x = '" + "a" * 200 + "'",
    ],
)
def test_long_strings_are_written_in_parts(code):
    written = with_short_strings(code, 60)
    assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(code))
    assert max(map(len, written.split("\n"))) <= 60


@pytest.mark.parametrize("code", ["x = f'{" + "a" * 80 + "}'", "x = '''" + "a " * 60 + "'''", "x = " + "a" * 80])
def test_what_has_no_simple_string_stays(code):
    assert with_short_strings(code, 60) == code
