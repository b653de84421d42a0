"""What cannot be read in the source is not contradicted."""

from __future__ import annotations

import pytest

from codeassist.tasks.check_text import check_text
from indexers import Index
from tests.conftest import write

SEVERAL = {
    "a.py": "LIMIT = 1 << (4 * 2)\nMASK = 0x7F\n\n\nclass Base:\n    pass\n\n\nclass Child(six.with_metaclass(Meta, Base)):\n"
    "    def load(self):\n        raw = read(self)\n        return parse_all(raw)\n",
    "b.ts": "const add = (first: number, second: number) => first + second;\n"
    "export function fetchUser(): Promise<string> { return get(); }\n"
    "enum Flags { Read = 1 << 0, Write = 1 << 1, Exec = 1 << 2 }\n",
    "c.rs": "pub fn wrap<T: Into<Vec<u8>>>(value: T) -> u8 { 1 }\npub fn name_of<'a>(text: &'a str, size: u32) -> &'a str { text }\n",
    "d.rb": "def paint colour, width\n  1\nend\n",
    "E.java": "interface Shape {\n    double area();\n}\n\nclass Query {\n    int limit(int n, String s) { return n; }\n}\n",
    "f.kt": "class Delegated(b: Base) : Base by b\n",
}


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    with Index.build(write(tmp_path_factory.mktemp("several"), SEVERAL)) as index:
        yield index


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("`LIMIT` is 256.", False),
        ("`LIMIT` is 255.", True),
        ("`MASK` is 127.", False),
        ("`MASK` is 7.", True),
        ("`add` takes the parameters `first` and `second`.", False),
        ("`add` takes no parameters.", True),
        ("`wrap` takes no parameters.", True),
        ("`name_of` takes the parameters `text` and `size`.", False),
        ("`paint` takes no parameters.", False),
        ("`Flags` has three variants.", False),
        ("`Flags` has two variants.", True),
        ("The parameter `n` of `limit` is of type `int`.", False),
        ("The parameter `n` of `limit` is of type `String`.", True),
        ("`Shape.area` is public.", False),
        ("`Shape.area` is abstract.", False),
        ("`fetchUser` is asynchronous.", False),
        ("`Child` inherits from `Base`.", False),
        ("`Delegated` implements `Base`.", False),
        ("`Child.parse_all` parses.", True),
    ],
)
def test_only_what_can_be_read_is_contradicted(several, text, wrong):
    assert ("different" in {item.verdict for item in check_text(several, text).items}) is wrong


def test_a_file_that_became_shorter_since_it_was_indexed_is_no_error(tmp_path):
    with Index.build(write(tmp_path, {"a.py": "\n" * 30 + "class Store:\n    pass\n"})) as index:
        write(tmp_path, {"a.py": "\n"})
        verdicts = {item.verdict for item in check_text(index, "`Store` is abstract.").items}
    assert "different" not in verdicts


def test_bases_that_name_each_other_are_looked_at_once(tmp_path):
    files = {f"m{n}.py": "import lib\n\n\nclass Handler(lib.Handler):\n    pass\n" for n in range(8)}
    with Index.build(write(tmp_path, files)) as index:
        assert check_text(index, "`Handler` inherits from `Other`.").items
