"""Questions without the name of the project."""

from __future__ import annotations

import pytest

from codeassist.tasks.ask import ask
from codeassist.tasks.ask.own_name import without_own_name
from indexers import Index
from tests.conftest import write


@pytest.mark.parametrize(
    ("question", "shorter"),
    [
        ("How does TideDB follow links?", "How does it follow links?"),
        ("Can tidedb follow links", "Can it follow links"),
        ("How do I follow links with TideDB?", "How do I follow links?"),
        ("Why is TideDB slow to start?", "Why is it slow to start?"),
        ("What does TideDB do?", "What does TideDB do?"),
        ("what is the TideDB class", "what is the TideDB class"),
        ("where is the id of TideDB.table", "where is the id of TideDB.table"),
        ("How does TideDB work", "How does TideDB work"),
    ],
)
def test_the_project_is_it_unless_it_is_all_that_is_asked_for(question, shorter):
    assert without_own_name(question, "tidedb") == shorter


def test_a_folder_named_after_owner_and_project_has_both_names():
    assert without_own_name("how does koa parse bodies", "koajs+koa") == "how does it parse bodies"
    assert without_own_name("how does it parse bodies", "+") == "how does it parse bodies"


def test_the_class_named_like_the_project_does_not_come_first(tmp_path):
    main = 'class TideDB:\n    """Keeps tables."""\n\n    def table(self, name):\n        """Get a table of this name."""\n        return name\n'
    ids = 'def next_id(rows):\n    """Decide the id of a new document."""\n    return max(rows, default=0) + 1\n'
    root = write(tmp_path / "tidedb", {"tidedb/main.py": main, "tidedb/ids.py": ids})
    with Index.build(root) as index:
        assert ask(index, "How does TideDB decide the id of a new document?").citations[0].path == "tidedb/ids.py"
