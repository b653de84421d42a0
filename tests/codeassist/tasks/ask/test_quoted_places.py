"""Which lines of a place an answer quotes, and what it calls the place."""

from __future__ import annotations

from codeassist.tasks.ask import ask
from indexers import Index
from tests.conftest import write


def test_what_small_definitions_beside_the_named_one_mention_is_not_ascribed_to_it(tmp_path):
    source = """class Connection:
    async def cursor(self) -> Cursor:
        \"\"\"Create an aiosqlite cursor.\"\"\"
        return Cursor(self, await self._execute(self._conn.cursor))

    async def commit(self) -> None:
        \"\"\"Commit the current transaction.\"\"\"
        await self._execute(self._conn.commit)

    async def rollback(self) -> None:
        \"\"\"Roll back the current transaction.\"\"\"
        await self._execute(self._conn.rollback)
"""
    write(tmp_path, {"core.py": source})
    with Index.build(tmp_path) as index:
        head, code, *_ = ask(index, "how does commit work").text.split("```")
    assert head.startswith("`Connection.commit` in `core.py` [1]: Commit the current transaction.")
    own = head.partition("Mentions")[2].partition("eside it:")[0]
    assert "rollback" not in own
    assert "_conn.cursor" not in own
    assert "await self._execute(self._conn.commit)" in code


def test_lines_of_the_function_beside_the_named_one_are_not_quoted(tmp_path):
    source = """class Receiver:
    # Print a path, and end when interrupted.
    def print_path(self, path):
        self.out.write(path)
        if self.interrupted:
            self.out.flush()

    # Switch to streaming,
    # because results must not wait any longer.
    def stream(self):
        self.mode = STREAMING
        paths, self.buffer = self.buffer, []
        for path in paths:
            self.print_path(path)
        self.out.flush()
"""
    write(tmp_path, {"receiver.py": source})
    with Index.build(tmp_path) as index:
        head, code, *_ = ask(index, "why does the receiver switch to streaming").text.split("```")
    assert head.startswith("`Receiver.stream`")
    assert "interrupted" not in code
    assert "# Switch to streaming,\n    # because results must not wait any longer." in code


def test_what_has_no_documentation_is_described_by_the_section_named_after_it(tmp_path):
    docs = "# Middleware\n\n## `SessionGuard`\n\nSigns the cookie of a session.\n\n## Other\n\nText.\n"
    source = "class SessionGuard:\n    def __init__(self, app):\n        self.app = app\n\n\nclass Plain:\n    def run(self):\n        return 1\n"
    log = "# Changes\n\n## Plain\n\nAdded.\n"
    write(tmp_path, {"docs/middleware.md": docs, "guard.py": source, "CHANGELOG.md": log})
    with Index.build(tmp_path) as index:
        text = ask(index, "what does SessionGuard do").text
        plain = ask(index, "what does Plain do").text
    assert "> Signs the cookie of a session." in text
    assert "docs/middleware.md" in text
    assert "Added" not in plain
    assert "class Plain:" in plain


def test_versions_of_one_document_are_shown_once(tmp_path):
    manual = "# Manual\n\n## Separators\n\nResults are separated by zero bytes with `--raw-output0`.\n"
    root = write(tmp_path, {"docs/v1/manual.md": manual, "docs/v2/manual.md": manual, "a.py": "def main():\n    return 1\n"})
    with Index.build(root) as index:
        cited = [c.path for c in ask(index, "how are results separated by zero bytes").citations]
    assert sum(path.startswith("docs/") for path in cited) == 1


def test_a_place_is_named_after_the_part_that_is_quoted(tmp_path):
    code = (
        "class Lifespan:\n    def begin(self):\n        return self\n\n\n"
        "class Router:\n    def add_route(self, path, endpoint):\n        self.routes.append((path, endpoint))\n"
    )
    with Index.build(write(tmp_path, {"app.py": code})) as index:
        answer = ask(index, "where are the routes and their endpoint appended")
    assert "`Router.add_route` in `app.py` [1]" in answer.text
    assert answer.citations[0].name == "Router.add_route"


def test_a_place_of_several_small_classes_is_named_after_the_one_that_the_question_is_about(tmp_path):
    code = (
        'class BadData(Exception):\n    """Data that cannot be read."""\n\n\n'
        'class BadHeader(BadData):\n    """A header that is broken."""\n\n\n'
        'class Expired(BadData):\n    """A ticket that is older than allowed."""\n'
    )
    others = {f"m{n}.py": f"def sail{n}(ship):\n    ticket = ship\n    return ticket + {n}\n" for n in range(6)}
    with Index.build(write(tmp_path, {"errors.py": code, **others})) as index:
        answer = ask(index, "which error means that the ticket is older than allowed")
        further = ask(index, "what is a ship's ticket plus 3, when is it older than allowed", threshold=0.0)
        refused = ask(index, "which rocket ticket is older than allowed", threshold=1.0)
    assert answer.text.startswith("`Expired` in `errors.py` [1]: A ticket that is older than allowed.")
    assert "Expired" in {c.name for c in further.citations if c.path == "errors.py"}
    assert "- `errors.py:9` `Expired`:" in refused.text
