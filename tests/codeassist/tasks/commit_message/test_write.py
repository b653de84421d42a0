"""Commit messages: of the staged changes first, in the repository's style, with and without a model."""

from __future__ import annotations

import json

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.errors import ModelError, UsageError
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.tasks.commit_message import change_to_describe, commit_message, prepend_to_file
from codeassist.testing import ScriptedChat
from tests.conftest import git, write


@pytest.fixture
def root(repository):
    return repository({"shop/cart.py": "def total(lines):\n    return sum(lines)\n", "shop/keys.py": "KEY = 'a'\n"})


def sends(_):
    return False


def plain(root, not_sent=sends):
    return commit_message(root, change_to_describe(root), None, None, not_sent)


def test_staged_changes_are_described_before_others(root):
    write(root, {"shop/cart.py": "def total(lines):\n    return sum(lines) / 100\n", "shop/keys.py": "KEY = 'b'\n"})
    git(root, "add", "shop/cart.py")
    assert plain(root).text == "Change what total() returns"
    git(root, "reset", "-q")
    everything = plain(root).text
    assert "cart.py" in everything
    assert "keys.py" in everything


def test_the_message_has_the_style_of_the_repository(root):
    for number in range(3):
        write(root, {"notes.txt": f"{number}\n"})
        git(root, "add", ".")
        git(root, "commit", "-qm", f"fix: correct note {number}")
    write(root, {"shop/cart.py": "def total(lines):\n    return sum(lines) / 100\n"})
    subject = plain(root).text.split("\n")[0]
    assert subject.partition(": ")[0] in ("fix", "feat", "refactor", "chore")
    assert subject.partition(": ")[2] == "change what total() returns"


def test_without_changes_or_git_it_is_an_error(root, tmp_path):
    with pytest.raises(UsageError, match="no staged or uncommitted changes"):
        plain(root)
    outside = tmp_path / "outside"
    outside.mkdir()
    with pytest.raises(UsageError):
        plain(outside)


def test_a_repository_without_commits_has_a_message(tmp_path):
    write(tmp_path, {"a.py": "x = 1\n"})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    assert "a.py" in plain(tmp_path).text


def with_model(root, *answers, not_sent=sends):
    chat = ScriptedChat(answers)
    session = Session(chat, ModelConfig())
    return commit_message(root, change_to_describe(root), session, Library.of(None, Config()), not_sent), chat


def test_private_files_are_not_sent(root):
    write(root, {"shop/cart.py": "def total(lines):\n    return 0\n", "shop/keys.py": "KEY = 'very-private-value'\n"})
    _, chat = with_model(root, ModelError("gone"), not_sent=lambda path: path == "shop/keys.py")
    sent = str([m.content for request in chat.requests for m in request.messages])
    assert "return 0" in sent
    assert "very-private-value" not in sent
    assert "shop/keys.py" not in sent


def test_if_every_file_is_private_the_model_is_not_asked(root):
    write(root, {"shop/keys.py": "KEY = 'very-private-value'\n"})
    result, chat = with_model(root, "never sent", not_sent=lambda path: path == "shop/keys.py")
    assert chat.requests == []
    assert result.text == "Change KEY"
    assert result.error is None


def test_the_model_s_message_is_used_if_its_names_are_in_the_change(root):
    write(root, {"shop/cart.py": "def total(lines):\n    return sum(lines) / 100\n"})
    for name, used in (("total", True), ("invented_name", False)):
        message = f"Return `{name}` in whole units"
        result, _ = with_model(root, json.dumps({"does": ["x"], "test_by_hand": [], "message": message}))
        assert (result.text == message) is used
        assert result.error is None


def test_after_an_error_the_message_is_written_without_the_model(root):
    write(root, {"shop/cart.py": "def total(lines):\n    return sum(lines) / 100\n"})
    result, _ = with_model(root, ModelError("It broke."))
    assert str(result.error) == "It broke."
    assert result.text == plain(root).text
    assert plain(root).error is None


@pytest.mark.parametrize(
    ("text", "comment", "written"),
    [
        ("\n# Please enter the commit message\n# On branch main\n", "", True),
        ("", "", True),
        ("Mine already\n# comment\n", "", False),
        ("\n; Please enter\n", ";", True),
        ("\n# Please enter\n", ";", False),
        ("\n# ------------------------ >8 ------------------------\ndiff --git a/x b/x\n+new\n", "", True),
    ],
)
def test_the_message_is_put_before_the_comments_of_git(root, text, comment, written):
    if comment:
        git(root, "config", "core.commentChar", comment)
    file = write(root, {".git/MSG": text}) / ".git/MSG"
    assert prepend_to_file(root, file, "Add a thing") is written
    assert file.read_text() == (f"Add a thing\n{text}" if written else text)


def test_a_message_file_that_is_missing_is_created_and_odd_bytes_are_kept(root):
    file = root / ".git/NEW"
    assert prepend_to_file(root, file, "Add a thing")
    assert file.read_text() == "Add a thing\n"
    file.write_bytes(b"# caf\xe9\n")
    assert prepend_to_file(root, file, "Add a thing")
    assert file.read_bytes() == b"Add a thing\n# caf\xe9\n"
