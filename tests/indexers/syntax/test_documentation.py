"""Signatures of definitions, and comments without their markers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.build.parsing import parse_file
from indexers.syntax.documentation import MAX_DOCUMENTATION, MAX_SIGNATURE, attached_start, clean_documentation
from indexers.syntax.languages import by_name


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        ("/** Registers the routes.\n * And more.\n */", "Registers the routes.\nAnd more."),
        ("// a\n// b", "a\nb"),
        ("# x\n# noqa: E501\n# y", "x\ny"),
        ("// eslint-disable-next-line\n// text", "text"),
        ('"""Hash it."""', "Hash it."),
        ("r'''raw'''", "raw"),
        ("/// <summary>Adds.</summary>", "Adds."),
        ("--- Lua\n-- more", "Lua\nmore"),
        ("{-| Haskell -}", "Haskell"),
        ("#[inline]\n/// Rust", "Rust"),
        (
            '/// Options.\n#[command(\n    name = "f]d",\n    group(args(&["a",\n      "b"])),\n)]\n/// All of them.',
            "Options.\nAll of them.",
        ),
        ("typewriter: a machine", "typewriter: a machine"),
        ("", ""),
    ],
)
def test_clean_documentation(comment, text):
    assert clean_documentation(comment) == text


@given(st.text(alphabet="/*#-\n\"' abc<>{}|", max_size=400))
def test_any_comment_is_cleaned_to_short_text_without_space_around(comment):
    text = clean_documentation(comment)
    assert len(text) <= MAX_DOCUMENTATION
    assert text.lstrip() == text


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=6), min_size=1, max_size=8))
def test_words_of_comment_lines_are_kept_in_order(words):
    assert clean_documentation("\n".join(f"// {word}" for word in words)) == "\n".join(words)


@pytest.mark.parametrize(
    ("language", "source", "signatures"),
    [
        ("python", "@cached\ndef f(a,\n      b):\n    return 1\n", ["def f(a, b)"]),
        ("go", "func (s *S) Get(id int) error {\n\treturn nil\n}\n", ["func (s *S) Get(id int) error"]),
        ("javascript", "export const f = (a) => {\n  return a\n}\n", ["const f = (a)"]),
        ("ruby", "def go(x)\n  1\nend\n", ["def go(x)"]),
        ("rust", "pub fn f<T>(a: T) -> T {\n a\n}\n", ["pub fn f<T>(a: T) -> T"]),
        ("elixir", "defmodule A do\n  def go(x) do\n    x\n  end\nend\n", ["defmodule A", "def go(x)"]),
        ("typescript", "export class A extends B {\n  x = 1\n}\n", ["class A extends B", "x = 1"]),
        ("c", "int f(int a);\n", ["int f(int a);"]),
    ],
)
def test_a_signature_is_the_definition_without_its_body(language, source, signatures):
    assert [s.signature for s in parse_file("x", by_name(language), source.encode()).symbols] == signatures


def test_a_long_signature_is_cut():
    parameters = ", ".join(f"argument{n}" for n in range(200))
    (symbol,) = parse_file("x.py", by_name("python"), f"def f({parameters}):\n    pass\n".encode()).symbols
    whole, _, end = symbol.signature.rpartition(", ")
    assert len(symbol.signature) <= MAX_SIGNATURE
    assert end == "…"
    assert f"def f({parameters}".startswith(f"{whole}, argument")


def test_a_signature_over_several_lines_is_one_line_without_its_comments():
    source = (
        b"def f(\n    a: int,  # the first\n    # then\n    b: tuple[\n        int, str\n    ] = (),\n) -> None:\n    pass\n"
    )
    (symbol,) = parse_file("x.py", by_name("python"), source).symbols
    assert symbol.signature == "def f(a: int, b: tuple[int, str] = ()) -> None"


@pytest.mark.parametrize(
    ("comments", "start"), [({}, 9), ({8: 6}, 6), ({8: 6, 5: 3, 2: 1}, 1), ({8: 6, 4: 3}, 6), ({9: 9, 7: 1}, 9)]
)
def test_comments_are_attached_while_no_line_is_between_them(comments, start):
    assert attached_start(9, comments) == start
