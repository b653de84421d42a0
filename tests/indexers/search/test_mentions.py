"""Lines that mention a name without a use that the index knows."""

from __future__ import annotations

from indexers import Index
from tests.conftest import write


def test_strings_comments_and_documents_mention_a_name(tmp_path):
    files = {
        "a.py": "def load_plugin():\n    return 1\n\n\nNAME = 'a:load_plugin'\n# load_plugins is another name\n",
        "docs.md": "# Plugins\n\nCall `load_plugin` first.\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert index.callers("load_plugin") == []
        assert [(m.path, m.line, m.kind) for m in index.mentions("load_plugin")] == [
            ("a.py", 5, "mention"),
            ("docs.md", 3, "mention"),
        ]
        assert index.mentions("no_such_name_at_all") == []
