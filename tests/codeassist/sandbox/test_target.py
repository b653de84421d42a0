"""Targets: their module name and source root."""

from __future__ import annotations

import pytest

from codeassist.errors import UsageError
from codeassist.sandbox.target import find_target
from tests.conftest import write

CODE = "def f():\n    pass\n"


@pytest.mark.parametrize(
    ("files", "argument", "message"),
    [
        ({}, "nowhere.py", "There is no file"),
        ({"a/b.py": ""}, "a", "is a folder; name a module"),
        ({"n.ipynb": "{}"}, "n.ipynb", "is a notebook"),
        ({"tool": "def f(): pass"}, "tool", "must end in .py"),
        ({"x.so": "x"}, "x.so", "extension in another language"),
        ({"bad.py": "x = 1\ndef f(:\n"}, "bad.py", r"bad.py:2: the module cannot be parsed"),
        ({"plain.py": "X = 1\n"}, "plain.py", "defines no functions or classes"),
        ({"pkg/__init__.py": "", "pkg/my-mod.py": "def f(): pass"}, "pkg/my-mod.py", "is not a module name"),
    ],
)
def test_an_invalid_target_is_reported(tmp_path, files, argument, message):
    write(tmp_path, files)
    with pytest.raises(UsageError, match=message):
        find_target(str(tmp_path / argument), tmp_path)


@pytest.mark.parametrize(
    ("files", "argument", "module", "source_root"),
    [
        (["m.py"], "m.py", "m", "."),
        (["src/words/__init__.py", "src/words/text.py"], "src/words/text.py", "words.text", "src"),
        (["words/__init__.py"], "words/__init__.py", "words", "."),
        (["a/__init__.py", "a/b/__init__.py", "a/b/c.py"], "a/b/c.py", "a.b.c", "."),
        (["lib/m.py"], "lib/m.py", "m", "lib"),
        (["a/__init__.py", "a/space/b/__init__.py", "a/space/b/c.py"], "a/space/b/c.py", "a.space.b.c", "."),
        (["a/__init__.py", "a/space/c.py"], "a/space/c.py", "a.space.c", "."),
        (["a/__init__.py", "a/b-c/d.py"], "a/b-c/d.py", "d", "a/b-c"),
        (["__init__.py", "lib/m.py"], "lib/m.py", "m", "lib"),
    ],
)
def test_the_module_name_of_a_file(tmp_path, files, argument, module, source_root):
    write(tmp_path, dict.fromkeys(files, CODE))
    target = find_target(str(tmp_path / argument), tmp_path)
    assert (target.module, target.source_root, target.root) == (module, (tmp_path / source_root).resolve(), tmp_path)
    assert target.names == ()


def test_selected_names_are_one_path_in_python_and_several_elsewhere(tmp_path):
    write(tmp_path, {"m.py": CODE, "go.mod": "module x\n", "a.go": "package x\n"})
    assert find_target(f"{tmp_path}/m.py::Cart::add", tmp_path).names == ("Cart.add",)
    assert find_target(f"{tmp_path}/a.go::Add::Sub", tmp_path).names == ("Add", "Sub")


@pytest.mark.parametrize(
    ("marker", "name"), [("package.json", "a.ts"), ("go.mod", "a.go"), ("Cargo.toml", "a.rs"), ("build.gradle.kts", "A.java")]
)
def test_another_language_needs_the_nearest_project_of_its_language(tmp_path, marker, name):
    write(tmp_path, {f"p/src/{name}": "", f"lone/{name}": "", f"p/{marker}": "", "p/src/README.md": ""})
    target = find_target(str(tmp_path / "p/src" / name), tmp_path)
    assert (target.root, target.module) == (tmp_path / "p", f"src/{name}")
    with pytest.raises(UsageError, match=rf"{name} is not part of a project: no parent folder contains .*"):
        find_target(str(tmp_path / "lone" / name), tmp_path)
