"""Definitions, references and chunks of each language, compared with its case file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexers import Index
from indexers.build.parsing import parse_file
from indexers.syntax.languages import detect
from tests.conftest import write

CASES = Path(__file__).parents[2] / "cases" / "languages"


def render(path: Path) -> str:
    """Render a parsed file as text that can be checked against the source."""
    parsed = parse_file(path.name, detect(path.name), path.read_bytes())
    lines = [f"language {parsed.language}, {parsed.lines} lines{', broken' if parsed.broken else ''}", "", "symbols"]
    for s in parsed.symbols:
        documentation = f"  -- {s.documentation.splitlines()[0]}" if s.documentation else ""
        lines.append(f"  {s.start_line}-{s.end_line} {s.kind} {s.qualified_name}: {s.signature}{documentation}")
    lines += ["", "references"]
    for r in sorted(parsed.references, key=lambda r: (r.line, r.kind, r.name)):
        owner = f" in {parsed.symbols[r.symbol].qualified_name}" if r.symbol >= 0 else ""
        receiver = f" of {r.receiver}" if r.receiver else ""
        lines.append(f"  {r.line} {r.kind} {r.name}{receiver}{owner}")
    if parsed.bindings:
        lines += [
            "",
            "bindings",
            *(f"  {b.line} {b.name} {b.value}" for b in sorted(parsed.bindings, key=lambda b: (b.line, b.name))),
        ]
    lines += ["", "chunks"]
    lines += [f"  {c.start_line}-{c.end_line} {c.kind} {c.qualified_name}".rstrip() for c in parsed.chunks]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", sorted(p for p in CASES.iterdir() if p.suffix != ".expected"), ids=lambda p: p.name)
def test_language_case(path):
    expected = path.with_name(path.name + ".expected")
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(render(path), encoding="utf-8")
    assert render(path) == expected.read_text(encoding="utf-8")


def test_thousands_of_consecutive_comment_lines(tmp_path):
    root = write(
        tmp_path, {"a.c": "// remark\n" * 5000 + "int f(void) { return 1; }\n", "b.py": "# x\n" * 5000 + "def g():\n    pass\n"}
    )
    with Index.build(root) as index:
        assert index.definitions("f")
        assert index.definitions("g")


def test_a_macro_before_a_return_type_is_no_part_of_the_name():
    source = b"INLINE std::string Formatter::usage(int n) {\n    return text(n);\n}\n\nINLINE Number::operator bool() {\n    return true;\n}\n"
    symbols = parse_file("a.hpp", detect("a.hpp"), source).symbols
    assert symbols[0].qualified_name == "Formatter.usage"
    assert not any(" " in symbol.qualified_name.replace("operator bool", "") for symbol in symbols)


def test_a_class_without_a_docstring_does_not_take_that_of_its_first_method():
    source = b'class Link:\n    def open(self):\n        """Open it."""\n\n\nclass Known:\n    """A known one."""\n\n    def open(self):\n        pass\n'
    symbols = parse_file("m.py", detect("m.py"), source).symbols
    assert {s.qualified_name: s.documentation for s in symbols} == {
        "Link": "",
        "Link.open": "Open it.",
        "Known": "A known one.",
        "Known.open": "",
    }
