"""`codeassist commit-msg`: a message in the style of the repository."""

from __future__ import annotations

from tests.codeassist.chat_server import Fails
from tests.codeassist.cli.conftest import REVIEW
from tests.conftest import git, write


def test_a_commit_message(changed, run):
    git(changed, "commit", "-qm", "fix: one", "--allow-empty")
    git(changed, "commit", "-qm", "feat: two", "--allow-empty")
    done = run("commit-msg", cwd=changed)
    assert done.out == "feat: add rate to total()\n"
    git(changed, "checkout", "-q", "cart.py")
    assert run("commit-msg", cwd=changed).code == 2


def test_commit_msg_with_a_model_and_into_a_file(mean_change, with_model, run):
    done, _ = with_model(REVIEW, "commit-msg", cwd=mean_change)
    assert done.out == "Divide\n"
    failed, _ = with_model(Fails(500, "down"), "commit-msg", cwd=mean_change)
    assert failed.out == "Change what mean() returns\n"
    write(mean_change, {".git/MSG": "\n# Please enter\n# ------------------------ >8 ------------------------\ndiff\n"})
    run("commit-msg", ".git/MSG", cwd=mean_change)
    assert (mean_change / ".git/MSG").read_text().startswith("Change what mean() returns\n\n# Please")
    again = run("commit-msg", ".git/MSG", cwd=mean_change)
    assert "There is a message already" in again.err
