"""Which tests cover the files of a patch: by resolved calls, else by their imports, never by a word in their text."""

from __future__ import annotations

from codeassist.tasks.fix.surroundings import callers, covering_tests
from indexers import Index
from tests.conftest import write

FILES = {
    "shop/__init__.py": "from shop.cart import total\n",
    "shop/cart.py": "def total(lines):\n    return sum(lines)\n",
    "tests/helpers.py": "from shop import total\n\n\ndef check(lines):\n    return total(lines)\n",
    "tests/test_cart.py": "from shop.cart import total\n\n\ndef test_total():\n    assert total([1]) == 1\n",
    "tests/deep/test_package.py": "from shop import total\n\n\ndef test_all():\n    assert total([]) == 0\n",
    "tests/test_indirect.py": "from tests.helpers import check\n\n\ndef test_check():\n    assert check([2]) == 2\n",
    "tests/test_other.py": "# the cart of shop has a total\nTEXT = 'shop.cart total'\n\n\ndef test_text():\n    assert TEXT\n",
}


def test_without_an_index_tests_that_import_the_module_cover_it(tmp_path):
    write(tmp_path, FILES)
    assert covering_tests(tmp_path, ["shop/cart.py"]) == ["tests/deep/test_package.py", "tests/test_cart.py"]
    assert covering_tests(tmp_path, ["shop/cart.py"], most=1) == ["tests/deep/test_package.py"]
    assert covering_tests(tmp_path, ["tests/test_other.py"]) == ["tests/test_other.py"]
    assert covering_tests(tmp_path, ["readme.md"]) == []


def test_with_an_index_tests_that_reach_it_by_calls_cover_it(tmp_path):
    write(tmp_path, FILES)
    with Index.build(tmp_path) as index:
        found = covering_tests(tmp_path, ["shop/cart.py"], index)
        assert set(found) == {"tests/test_cart.py", "tests/deep/test_package.py", "tests/test_indirect.py"}
        places = [(use["path"], use["line"]) for use in callers(index, tmp_path, ["shop/cart.py"])]
    assert ("tests/helpers.py", 5) in places
    assert all(path != "shop/cart.py" for path, _ in places)


def test_without_an_index_tests_of_modules_beside_it_that_use_it_follow(tmp_path):
    beside = {
        "shop/bill.py": "from .cart import total\n\n\ndef bill(lines):\n    return total(lines)\n",
        "shop/other.py": "def other():\n    return 1\n",
        "tests/test_bill.py": "from shop.bill import bill\n\n\ndef test_bill():\n    assert bill([3]) == 3\n",
        "tests/test_last.py": "from shop.other import other\n\n\ndef test_last():\n    assert other()\n",
    }
    write(tmp_path, FILES | beside)
    found = covering_tests(tmp_path, ["shop/cart.py"])
    assert found == ["tests/deep/test_package.py", "tests/test_cart.py", "tests/test_bill.py"]
