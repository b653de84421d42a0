"""The files and buffers of one request are read once, however many places in them are asked for."""

from __future__ import annotations

import pytest

pytest.importorskip("pygls")

from lsprotocol import types as lsp
from pygls.uris import from_fs_path
from pygls.workspace import Workspace

from codeassist.lsp import documents
from codeassist.lsp.documents import Documents


def test_a_file_and_a_buffer_are_read_once(tmp_path, monkeypatch):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("def pay():\n    pass\n")
    workspace = Workspace(None)
    opened = lsp.TextDocumentItem(from_fs_path(str(tmp_path / "b.py")), "python", 1, "\n\ndef pay():\n    pass\n")
    workspace.put_text_document(opened)
    read = []
    file_lines, split_lines = documents.file_lines, documents.split_lines
    monkeypatch.setattr(documents, "file_lines", lambda root, path: read.append(path) or file_lines(root, path))
    monkeypatch.setattr(documents, "split_lines", lambda text: read.append(text[:3]) or split_lines(text))
    found = Documents(tmp_path, workspace)
    lines = [found.location(path, line, "pay").range.start.line for path in ("a.py", "b.py") for line in (1, 3)]
    assert lines == [0, 2, 0, 2]
    assert found.location("a.py", 1, "pay").range.start.character == 4
    assert found.location("b.py", 3, "pay").range.start.character == 4
    assert read == ["a.py", "\n\nd"]
