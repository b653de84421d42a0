"""Modules: which files of the repository an import names."""

from __future__ import annotations

import time

import pytest

from indexers.graph.modules import Modules

PATHS = ("a.py", "src/shop/cart.py", "go/shop/cart.go", "java/shop/Cart.java", "web/cart.ts")


@pytest.mark.parametrize(
    ("module", "language", "files"),
    [
        ("shop.cart", "python", ("src/shop/cart.py",)),
        ("example.com/go/shop", "go", ("go/shop/cart.go",)),
        ("shop.Cart", "java", ("java/shop/Cart.java",)),
        ("shop.Cart.add", "java", ("java/shop/Cart.java",)),
        ("shop", "java", ("java/shop/Cart.java",)),
        ("./cart", "typescript", ("web/cart.ts",)),
        ("fmt", "go", ()),
    ],
)
def test_an_import_names_files_of_the_repository(module, language, files):
    assert Modules(PATHS).find(module, "web/page.ts", language) == files


@pytest.mark.parametrize(
    ("part", "language"), [("a.", "java"), ("a/", "go"), ("a./", "go"), ("a/", "typescript"), (".", "python")]
)
def test_a_name_with_many_parts_takes_linear_time(tmp_path, part, language):
    (tmp_path / "go.mod").write_text("module example.com/go\n", encoding="utf-8")
    modules = Modules((*PATHS, "go.mod"), tmp_path)
    started = time.process_time()
    assert not modules.find(part * 100_000 + "b", "m/x.py", language)
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes
