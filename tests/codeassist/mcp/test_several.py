"""The tools while several repositories are served."""

from __future__ import annotations

import pytest

pytest.importorskip("mcp")

from codeassist.mcp.server import make_server
from codeassist.repositories import Repositories
from tests.codeassist.cli.test_several import MAIL, STOCK
from tests.codeassist.mcp.test_server import talk
from tests.conftest import git, write


@pytest.fixture
def served(tmp_path, run):
    folders = []
    for name, files in {"stock": {"goods.py": STOCK}, "mail": {"letters.py": MAIL}}.items():
        folders.append(write(tmp_path / name, files))
        git(folders[-1], "init", "-q")
        run("index", "-q", cwd=folders[-1])
    repositories = Repositories(folders)
    yield make_server(repositories)
    repositories.close()


def test_a_question_goes_to_all_and_the_answer_names_one(served):
    found, nothing, named = talk(
        served,
        ("search", {"query": "where is a letter sent"}),
        ("search", {"query": "volcano simulation"}),
        ("search", {"query": "reserve goods", "repo": "stock"}),
    )
    place = found.structured_content["results"][0]
    assert (place["repository"], place["path"]) == ("mail", "letters.py")
    assert "mail: letters.py:" in found.content[0].text
    assert found.structured_content["index"] == "stock: up to date; mail: up to date"
    assert nothing.structured_content["match"] == "none"
    assert "repository" not in named.structured_content["results"][0]


def test_symbols_and_patterns_of_all(served):
    symbol, lines, wrong, check = talk(
        served,
        ("symbol", {"name": "send_letter"}),
        ("search", {"pattern": "^def "}),
        ("search", {"pattern": "(("}),
        ("check", {"text": "`send_letter` is there."}),
    )
    assert [d["repository"] for d in symbol.structured_content["definitions"]] == ["mail"]
    assert {place["repository"] for place in lines.structured_content["results"]} == {"stock", "mail"}
    assert "not a regular expression" in wrong.content[0].text
    assert check.is_error
    assert "stock, mail" in check.content[0].text


def test_a_workspace_is_served_together(tmp_path, run):
    root = write(tmp_path / "all", {".codeassist.toml": '[workspace]\nrepositories = ["mail"]\n', "mail/letters.py": MAIL})
    git(root / "mail", "init", "-q")
    together, alone = Repositories([root], together=True), Repositories([root])
    assert [repository.name for repository in together] == ["all", "mail"]
    assert len(alone) == 1
    together.close()
    alone.close()
