"""Merging generated tests into an existing file: existing code is kept, and conflicting names go to another file."""

from __future__ import annotations

import pytest

from codeassist.errors import UsageError
from codeassist.tasks.gen_tests.writing.merging import destination, write_tests
from tests.conftest import write

GENERATED = '"""Generated."""\n\nimport pytest\n\nfrom shop import Cart\n\n\ndef test_new():\n    assert Cart() is not None\n\n\ndef test_old():\n    assert Cart()\n'


def test_existing_tests_are_kept_and_the_main_block_stays_last(tmp_path):
    existing = "import shop\nfrom shop import Cart\n\n\ndef test_old():\n    pass\n\n\nif __name__ == '__main__':\n    main()\n"
    root = write(tmp_path, {"test_shop.py": existing})
    assert write_tests(root / "test_shop.py", GENERATED) == root / "test_shop.py"
    text = (root / "test_shop.py").read_text()
    assert text.count("def test_old") == 1
    assert text.index("import pytest") < text.index("def test_old")
    assert text.rstrip().endswith("if __name__ == '__main__':\n    main()")
    assert "def test_new" in text
    before = text
    write_tests(root / "test_shop.py", GENERATED)
    assert (root / "test_shop.py").read_text().count("def test_new") == before.count("def test_new")


@pytest.mark.parametrize(
    "existing",
    [
        "class Cart:\n    def __init__(self, x):\n        pass\n",
        "from fakes import Cart\n\n\ndef test_a():\n    pass\n",
        "from fakes import *\n\n\ndef test_a():\n    pass\n",
        "Cart = object\n\n\ndef test_a():\n    pass\n",
    ],
)
def test_conflicting_names_go_to_a_separate_file(tmp_path, existing):
    root = write(tmp_path, {"test_shop.py": existing})
    place, text = destination(root / "test_shop.py", GENERATED)
    assert (place.name, text) == ("test_shop_generated.py", GENERATED)
    write_tests(root / "test_shop.py", GENERATED)
    write_tests(root / "test_shop.py", GENERATED)
    assert (root / "test_shop.py").read_text() == existing
    assert (root / "test_shop_generated.py").read_text().count("def test_new") == 1


def test_line_endings_and_byte_order_mark_are_preserved(tmp_path):
    path = tmp_path / "test_a.py"
    path.write_bytes(b"\xef\xbb\xbfimport os\r\n\r\n\r\ndef test_a():\r\n    assert os\r\n")
    write_tests(path, GENERATED)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfimport os\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_a_file_that_cannot_be_parsed_is_not_changed(tmp_path):
    root = write(tmp_path, {"test_a.py": "def f(:\n"})
    with pytest.raises(UsageError, match="Cannot add tests to"):
        write_tests(root / "test_a.py", GENERATED)
