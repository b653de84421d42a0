"""The files that a module's name may mean, which are listed once for each generation of an index."""

from __future__ import annotations

import pytest

from codeassist.lsp.modules import modules
from indexers import Index
from tests.conftest import write

FILES = {
    "shop/__init__.py": "from shop.prices import vat\n",
    "shop/prices.py": "def vat(sum):\n    return sum / 5\n",
    "other/prices.py": "def other():\n    pass\n",
    "prices.md": "# Prices\n",
}


@pytest.fixture
def index(tmp_path):
    root = write(tmp_path / "p", FILES)
    with Index.build(root, index_dir=tmp_path / "index") as made:
        yield made


def test_a_dotted_name_means_the_file_or_the_package(index):
    assert modules(index, "shop.prices") == ["shop/prices.py"]
    assert modules(index, "shop") == ["shop/__init__.py"]
    assert modules(index, ".prices") == ["other/prices.py", "shop/prices.py"]
    assert modules(index, ".") == modules(index, "missing") == modules(index, "rices") == []


def test_files_are_listed_again_only_after_a_change(index, monkeypatch):
    listed = []
    files = Index.files
    monkeypatch.setattr(Index, "files", lambda self: listed.append(1) or files(self))
    for _ in range(3):
        assert modules(index, "shop.prices") == ["shop/prices.py"]
    assert len(listed) == 1
    write(index.root, {"shop/tax.py": "RATE = 5\n"})
    index.update()
    assert modules(index, "shop.tax") == ["shop/tax.py"]
    assert len(listed) == 2
