"""One question to several repositories: named with --repo, or by `[workspace]` of the repository here."""

from __future__ import annotations

import json

import pytest

from codeassist.workspace import distinct_names
from tests.conftest import git, write

STOCK = '''"""Goods."""


def reserve_goods(sku, amount):
    """Reserve goods in the warehouse."""
    return (sku, amount)
'''
MAIL = '''"""Letters."""


def send_letter(address, text):
    """Send a letter to an address."""
    return address + text
'''


@pytest.fixture
def both(tmp_path):
    for name, files in {"stock": {"goods.py": STOCK}, "mail": {"letters.py": MAIL}}.items():
        git(write(tmp_path / name, files), "init", "-q")
    return tmp_path


def test_search_names_the_repository(both, run):
    arguments = ("search", "send a letter", "--repo", str(both / "stock"), "--repo", str(both / "mail"))
    best = json.loads(run(*arguments, "--json", cwd=both).out)["results"][0]
    assert (best["repository"], best["path"]) == ("mail", "letters.py")
    shown = run(*arguments, cwd=both).out
    assert shown.startswith("mail/letters.py:")
    assert "[mail]" in shown
    assert "[stock]" not in shown  # it has no good match


def test_the_budget_is_for_all_of_them(both, run):
    repos = ("--repo", str(both / "stock"), "--repo", str(both / "mail"))
    found = json.loads(run("search", "goods letter address", "--tokens", "30", "--json", *repos, cwd=both).out)["results"]
    assert sum(len(hit["text"]) for hit in found) <= 120 or len(found) == 1


def test_ask_answers_from_the_repository_that_knows(both, run):
    repos = ("--repo", str(both / "stock"), "--repo", str(both / "mail"))
    done = run("ask", "where are goods reserved", *repos, cwd=both)
    assert done.out.startswith("[stock]\n")
    assert "stock/goods.py:1-6  reserve_goods" in done.out
    assert "mail" in done.err
    report = json.loads(run("ask", "where are goods reserved", "--json", *repos, cwd=both).out)
    assert report["schema"] == "codeassist.ask-several/1"
    assert [answer["repository"] for answer in report["answers"]] == ["stock"]
    assert report["not_asked"] == ["mail"]
    nothing = run("ask", "how are volcanoes simulated", *repos, cwd=both)
    assert nothing.code == 1


def test_a_repository_that_lacks_what_the_best_one_has_adds_no_answer(both, run):
    write(both / "mail", {"goods.py": '"""Goods that are sent."""\n\n\ndef send_goods(goods):\n    """Send goods."""\n'})
    repos = ("--repo", str(both / "stock"), "--repo", str(both / "mail"))
    report = json.loads(run("ask", "where are goods reserved in the warehouse", "--json", *repos, cwd=both).out)
    assert [answer["repository"] for answer in report["answers"]] == ["stock"]
    every = json.loads(run("ask", "where are the goods", "--json", *repos, cwd=both).out)
    assert {answer["repository"] for answer in every["answers"]} == {"stock", "mail"}


def test_a_dry_run_is_one_object(both, run):
    repos = ("--repo", str(both / "stock"), "--repo", str(both / "mail"))
    report = json.loads(run("ask", "where are goods reserved", "--dry-run", "--json", *repos, cwd=both).out)
    assert [(plan["repository"], plan["model"]) for plan in report["repositories"]] == [("stock", None)]
    assert "[stock]" in run("ask", "where are goods reserved", "--dry-run", *repos, cwd=both).out


def test_a_workspace_inside_the_repository_needs_no_agreement(both, run):
    git(both, "init", "-q")
    write(both, {".codeassist.toml": '[workspace]\nrepositories = ["*"]\n', "README.md": "# Everything\n"})
    found = json.loads(run("search", "send a letter", "--json", cwd=both).out)["results"]
    assert found[0]["repository"] == "mail"
    one = json.loads(run("search", "everything", "--json", "--repo", str(both), cwd=both).out)["results"]
    assert "repository" not in one[0]  # a repository that is named is asked alone


def test_folders_outside_need_agreement(both, run):
    root = both / "stock"
    write(root, {".codeassist.toml": '[workspace]\nrepositories = ["../mail"]\n'})
    untrusted = run("search", "send a letter", "--json", cwd=root)
    assert not any("repository" in hit for hit in json.loads(untrusted.out)["results"])
    assert "codeassist trust" in untrusted.err
    assert "workspace.repositories" in run("trust", cwd=root).out
    assert json.loads(run("search", "send a letter", "--json", cwd=root).out)["results"][0]["repository"] == "mail"


def test_a_link_out_of_the_repository_needs_agreement(both, run):
    root = both / "stock"
    (root / "inner").symlink_to(both / "mail")
    write(root, {".codeassist.toml": '[workspace]\nrepositories = ["inner"]\n'})
    assert "codeassist trust" in run("search", "send a letter", cwd=root).err


def test_a_missing_member_is_named(both, run):
    write(both / "stock", {".codeassist.toml": '[workspace]\nrepositories = ["libs/none"]\n'})
    done = run("search", "goods", cwd=both / "stock")
    assert done.code == 2
    assert "libs/none" in done.err


def test_nested_repositories_are_offered(both, run):
    git(both, "init", "-q")
    write(both, {"README.md": "# Everything\n"})
    assert 'repositories = ["mail", "stock"]' in run("index", cwd=both).err


def test_options_for_one_repository_are_refused(both, run):
    repos = ("--repo", str(both / "stock"), "--repo", str(both / "mail"))
    assert run("ask", "goods", "--continue", *repos, cwd=both).code == 2
    assert run("search", "goods", "--index-dir", "x", *repos, cwd=both).code == 2


def test_equal_names_are_told_apart(tmp_path):
    assert distinct_names([tmp_path / "a" / "app", tmp_path / "b" / "app", tmp_path / "c"]) == ["a/app", "b/app", "c"]
