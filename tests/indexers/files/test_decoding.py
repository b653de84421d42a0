"""Bytes to text, text to lines, and the lines of files inside a root."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.files.decoding import count_lines, decode, file_lines, read_lines, split_lines
from tests.conftest import write


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"caf\xc3\xa9", "café"),
        (b"\xef\xbb\xbfx", "x"),
        ("\ufeffné".encode("utf-16-le"), "né"),
        ("\ufeffné".encode("utf-16-be"), "né"),
        (b"caf\xe9!", "café!"),
        (b"\xff\xfea", "\ufffd"),
        (b"", ""),
    ],
)
def test_decode(data, text):
    assert decode(data) == text


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_utf8_text_is_decoded_to_itself(text):
    if not text.startswith("\ufeff"):
        assert decode(text.encode()) == text


@given(
    st.lists(st.text(alphabet="ab \t\x0b\x0c\x85\u2028", max_size=5), max_size=6),
    st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=6, max_size=6),
)
def test_split_lines_undoes_any_mixture_of_line_endings(lines, endings):
    text = "".join(f"{line}|{end}" for line, end in zip(lines, endings, strict=False))
    assert split_lines(text) == [f"{line}|" for line in lines]
    assert split_lines(text + "rest") == [*(f"{line}|" for line in lines), "rest"]


def test_lines_of_a_file_are_numbered_from_one_with_both_ends(tmp_path):
    write(tmp_path, {"sub/a.py": b"one\r\ntwo\rthree\nfour"})
    assert file_lines(tmp_path, "sub/a.py") == ["one", "two", "three", "four"]
    assert read_lines(tmp_path, "sub/a.py", 2, 3) == "two\nthree"
    assert read_lines(tmp_path, "sub/a.py", 4, 99) == "four"
    assert count_lines(tmp_path, "sub/a.py") == 4


@pytest.mark.parametrize("path", ["none.py", "../outside.py", "sub/../../outside.py", "sub", "a\0b.py"])
def test_missing_files_and_paths_outside_the_root_have_no_lines(tmp_path, path):
    write(tmp_path, {"outside.py": "secret\n", "root/sub/a.py": "x\n", "root-2/a.py": "x\n"})
    root = tmp_path / "root"
    assert file_lines(root, path) == []
    assert file_lines(root, str(tmp_path / "outside.py")) == []
    assert file_lines(root, "../root-2/a.py") == []
    assert (read_lines(root, path, 1, 5), count_lines(root, path)) == ("", 0)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_symbolic_links_have_no_lines(tmp_path):
    write(tmp_path, {"outside/secret.py": "secret\n", "root/a.py": "x\n"})
    root = tmp_path / "root"
    (root / "link.py").symlink_to(root / "a.py")
    (root / "folder").symlink_to(tmp_path / "outside")
    assert file_lines(root, "link.py") == []
    assert file_lines(root, "folder/secret.py") == []
