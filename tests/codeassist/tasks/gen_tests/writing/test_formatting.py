"""Generated files are formatted by the project's formatter, or with the quotes of the module under test."""

from __future__ import annotations

import ast
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests.writing import formatting
from codeassist.tasks.gen_tests.writing.formatting import formatted, with_quotes
from tests.conftest import write

TEXT = "x = 'a'\n"


def test_string_quotes_are_converted_where_no_escape_is_needed():
    text = "x = 'a' + \"b\" + 'it\\'s' + ''\n"
    assert with_quotes(text, '"') == 'x = "a" + "b" + \'it\\\'s\' + ""\n'
    assert with_quotes('x = "a"\n', "'") == "x = 'a'\n"
    assert with_quotes("x = (", '"') == "x = ("


@given(st.lists(st.text(alphabet="ab'\"\\\n{}", max_size=6), max_size=4), st.sampled_from("'\""))
def test_other_quotes_do_not_change_the_meaning(strings, quote):
    text = "".join(f"x = {string!r}\n" for string in strings)
    assert ast.dump(ast.parse(with_quotes(text, quote))) == ast.dump(ast.parse(text))


@pytest.mark.parametrize("text", ["f'{a}'", "b'a'", "rb'a'"])
def test_prefixes_are_kept(text):
    assert with_quotes(f"x = {text}\n", '"').replace('"', "'") == f"x = {text}\n"


@pytest.mark.parametrize(
    ("module", "expected"),
    [("a = 'x'\n", TEXT), ('a = "x"\n', 'x = "a"\n'), ('"""Words."""\na = \'x\'\n', TEXT), ("", 'x = "a"\n')],
)
def test_without_a_formatter_the_quotes_of_the_module_are_used(tmp_path, module, expected):
    path = write(tmp_path, {"m.py": module}) / "m.py"
    assert formatted(TEXT, "tests/test_m.py", SimpleNamespace(target=SimpleNamespace(root=tmp_path, path=path))) == expected


@pytest.mark.parametrize(
    "settings",
    [{"ruff.toml": ""}, {".ruff.toml": ""}, {"pyproject.toml": "[tool.ruff]\n"}, {"pyproject.toml": "[tool.black]\n"}],
)
def test_a_configured_formatter_gets_the_file_and_leaves_the_copy_as_it_was(tmp_path, monkeypatch, settings):
    program = (
        "import pathlib, sys; path = pathlib.Path(sys.argv[-1]); path.write_text(path.read_text().replace('a', 'formatted'))"
    )
    monkeypatch.setattr(
        formatting,
        "_commands",
        lambda kind, box: [[sys.executable, "-c", "raise SystemExit(1)"], [sys.executable, "-c", program]],
    )
    root = write(tmp_path / "p", {"m.py": "def f(): pass\n", "tests/test_m.py": "OLD = 1\n", **settings})
    with open_sandbox(find_target(str(root / "m.py"), root), Interpreter(sys.executable, coverage=False)) as box:
        assert formatted(TEXT, "tests/test_m.py", box) == "x = 'formatted'\n"
        assert (box.copy / "tests/test_m.py").read_text() == "OLD = 1\n"
        assert formatted(TEXT, "tests/test_new.py", box) == "x = 'formatted'\n"
        assert not (box.copy / "tests/test_new.py").exists()


def test_a_formatter_that_fails_is_replaced_by_the_quotes(tmp_path, monkeypatch):
    monkeypatch.setattr(formatting, "_commands", lambda kind, box: [[sys.executable, "-c", "raise SystemExit(1)"]])
    root = write(tmp_path / "p", {"m.py": 'def f(): return "a"\n', "ruff.toml": ""})
    with open_sandbox(find_target(str(root / "m.py"), root), Interpreter(sys.executable, coverage=False)) as box:
        assert formatted(TEXT, "tests/test_m.py", box) == 'x = "a"\n'
