"""Classes below a type, methods that override one, and Go types that have the methods of an interface."""

from __future__ import annotations

import pytest

from indexers import Index
from tests.conftest import write

PYTHON = {
    "base.py": "class Shape:\n    def area(self):\n        raise NotImplementedError\n",
    "shapes.py": "import base\nfrom base import Shape as S\n\n\nclass Square(S):\n    def area(self):\n        return 1\n\n\n"
    "class Cube(Square):\n    def area(self):\n        return 6\n\n\nclass Line(base.Shape):\n    pass\n",
    "other.py": "class Shape:\n    pass\n\n\nclass Other(Shape):\n    def area(self):\n        return 0\n",
}
JAVA = {
    "a/Shape.java": "package a;\n\npublic interface Shape {\n  int area();\n}\n",
    "a/Square.java": "package a;\n\nclass Square implements Shape {\n  public int area() {\n    return 1;\n  }\n}\n",
}
TYPESCRIPT = {
    "shape.ts": "export interface Shape {\n  area(): number;\n}\n",
    "square.ts": "import { Shape } from './shape';\n\nexport class Square implements Shape {\n  area() {\n    return 1;\n  }\n}\n",
}
GO = {
    "shape.go": "package a\n\ntype Shape interface {\n\tArea() int\n\tName() string\n}\n\ntype Square struct{}\n\n"
    'func (s Square) Area() int { return 1 }\n\nfunc (s Square) Name() string { return "" }\n\ntype Line struct{}\n\n'
    "func (l Line) Area() int { return 0 }\n",
}


@pytest.mark.parametrize("files", [JAVA, TYPESCRIPT, GO], ids=["java", "typescript", "go"])
def test_what_implements_an_interface(tmp_path, files):
    with Index.build(write(tmp_path, files)) as index:
        assert [d.qualified_name for d in index.implementations("Shape")] == ["Square"]


def test_classes_below_a_class_and_methods_that_override_its_method(tmp_path):
    with Index.build(write(tmp_path, PYTHON)) as index:
        below = {(d.path, d.qualified_name) for d in index.implementations("Shape")}
        assert below == {("shapes.py", "Square"), ("shapes.py", "Cube"), ("shapes.py", "Line"), ("other.py", "Other")}
        assert [d.qualified_name for d in index.implementations("Shape.area")] == ["Square.area", "Cube.area"]
        assert [d.qualified_name for d in index.implementations("Square")] == ["Cube"]
        assert index.implementations("Cube") == []
        assert index.implementations("no_such_name") == []


RUST = {
    "src/lib.rs": "use std::fmt::{self, Display};\n\nstruct Token;\n\nimpl Display for Token {\n    fn fmt(&self) {}\n}\n\n"
    "struct Link;\n\nimpl fmt::Display for Link {\n    fn fmt(&self) {}\n}\n",
}
ERRORS = {
    "errors.py": "class ShopError(Exception):\n    pass\n\n\nclass NoStockError(ShopError):\n    pass\n\n\nclass Exceptional:\n    pass\n",
}


@pytest.mark.parametrize(
    ("files", "name", "found"),
    [
        (RUST, "Display", ["Token", "Link"]),
        (RUST, "fmt::Display", ["Token", "Link"]),
        (ERRORS, "Exception", ["ShopError", "NoStockError"]),
        (ERRORS, "Nonesuch", []),
    ],
)
def test_what_extends_a_type_of_another_library(tmp_path, files, name, found):
    with Index.build(write(tmp_path, files)) as index:
        assert [d.qualified_name for d in index.implementations(name)] == found
