"""`fix` and `refactor`: only patches that apply, parse and keep the tests passing are offered; nothing is written unasked."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.config import Config, ModelConfig
from codeassist.errors import UsageError
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.prompts.records import Edit
from codeassist.tasks.fix.propose_patch import PatchChecks, PatchProposal, api_changes, edited, formatted, propose
from codeassist.tasks.review.finding import Finding, Severity
from codeassist.testing import ScriptedChat
from indexers import Index
from tests.conftest import git, write

CODE = "def mean(values):\n    return sum(values) / len(values)\n"
TEST = "from m import mean\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n"
GUARDED = "    return sum(values) / len(values) if values else 0"


def edits(*pairs, path="m.py"):
    return json.dumps({"reason": "because", "edits": [{"path": path, "old": old, "new": new} for old, new in pairs]})


def ask(root, *answers, **how):
    write(root, {"m.py": CODE, "tests/test_m.py": TEST})
    chat = ScriptedChat(answers)
    proposal = propose(
        root,
        "an empty list divides by zero",
        ["m.py"],
        Session(chat, ModelConfig()),
        Library.of(None, Config()),
        never_send=how.pop("never_send", lambda _: False),
        checks=PatchChecks(**how),
    )
    assert (root / "m.py").read_text() == CODE
    return proposal, chat


@pytest.fixture(scope="module")
def retried(tmp_path_factory):
    """(root, proposal, chat) for a patch that breaks a test, then one that passes: three runs of the tests for all who need it."""
    root = tmp_path_factory.mktemp("retried")
    broken, good = edits(("sum(values) / len(values)", "0")), edits(("    return sum(values) / len(values)", GUARDED))
    return root, *ask(root, broken, good)


def test_a_patch_that_passes_is_offered_with_its_checks(retried):
    root, proposal, _ = retried
    assert proposal.refused == ""
    assert proposal.checks == ["it parses", "1 tests of 1 files pass as before"]
    git(root, "init", "-q")
    (root / "p.diff").write_text(proposal.patch())
    git(root, "apply", "p.diff")
    assert (root / "m.py").read_text() == CODE.replace("    return sum(values) / len(values)", GUARDED)


def test_a_patch_that_breaks_a_test_is_retried_with_the_failure(retried):
    _, proposal, chat = retried
    assert proposal.attempts == 2
    assert "1 tests that passed before fail now: tests/test_m.py::test_mean" in chat.requests[1].messages[-1].content
    assert proposal.after


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (edits(("not there", "x")), "occurs 0 times"),
        (edits(("values", "x")), "times, not once"),
        (edits(("    return sum", "    return (sum")), "can no longer be parsed"),
        (edits(("x", "y"), path="../outside.py"), "is not among the files that may change"),
    ],
)
def test_edits_that_never_pass_are_refused_with_the_reason(tmp_path, bad, message):
    proposal, _ = ask(tmp_path, bad, bad, bad, tests=())
    assert message in proposal.refused
    assert proposal.after == {}
    assert proposal.attempts == 3


def test_a_changed_public_interface_is_reported(tmp_path):
    proposal, _ = ask(
        tmp_path,
        edits(
            (
                "def mean(values):\n    return sum(values) / len(values)",
                "def mean(values, empty=0):\n    return sum(values) / len(values) if values else empty\n\n\ndef median(values):\n    return sorted(values)[len(values) // 2]",
            )
        ),
        tests=(),
    )
    assert proposal.attempts == 1
    assert proposal.checks == ["it parses", "no tests were run: no tests cover it"]
    assert proposal.api == ["m.py: median is new"]


def test_private_files_are_not_sent(tmp_path):
    with pytest.raises(UsageError, match="never_send"):
        ask(tmp_path, never_send=lambda p: p == "m.py")


@pytest.mark.parametrize(
    ("content", "message"), [(None, "Cannot read"), (b"\xff\xfe\xfa", "Cannot read"), (b"#" * 200_001, "is too large")]
)
def test_a_file_that_cannot_be_sent_is_an_error(tmp_path, content, message):
    if content is not None:
        write(tmp_path, {"n.py": content})
    chat = ScriptedChat([])
    session = Session(chat, ModelConfig())
    with pytest.raises(UsageError, match=message):
        propose(tmp_path, "x", ["n.py"], session, Library.of(None, Config()), never_send=lambda _: False)
    assert chat.requests == []


def test_no_change_and_an_unusable_answer_are_refused(tmp_path):
    same, _ = ask(tmp_path, edits(("values", "values"), path="m.py").replace('"values"', json.dumps(CODE)), tests=())
    assert (same.refused, same.after) == ("the model changed nothing", {})
    unusable, _ = ask(tmp_path, "not JSON", "not JSON", tests=())
    assert "twice returned an invalid answer" in unusable.refused
    assert unusable.as_json()["patch"] == ""


def test_writing_changes_the_files_unless_they_have_changed(tmp_path):
    write(tmp_path, {"a.py": "x = 1\r\n", "b.py": "y = 1\n"})
    proposal = PatchProposal(before={"a.py": "x = 1\r\n", "b.py": "y = 1\n"}, after={"a.py": "x = 2\r\n", "b.py": "y = 2\n"})
    (tmp_path / "b.py").write_text("y = 3\n")
    with pytest.raises(UsageError, match=r"b\.py has changed on disk; nothing was written"):
        proposal.write(tmp_path)
    assert (tmp_path / "a.py").read_bytes() == b"x = 1\r\n"
    (tmp_path / "b.py").write_text("y = 1\n")
    assert proposal.write(tmp_path) == ["a.py", "b.py"]
    assert (tmp_path / "a.py").read_bytes() == b"x = 2\r\n"


@given(st.text(alphabet="ab \n", max_size=12), st.text(alphabet="ab \n", max_size=4), st.text(alphabet="xy\n", max_size=4))
def test_an_edit_replaces_a_text_that_occurs_once_and_keeps_line_endings(text, old, new):
    edit = [Edit("f", old, new)]
    if not old or text.count(old) != 1:
        with pytest.raises(UsageError, match="not once"):
            edited({"f": text}, edit)
        return
    assert edited({"f": text}, edit) == {"f": text.replace(old, new)}
    windows = ("\n" + text).replace("\n", "\r\n")
    if ("\n" + text).count(old) == 1:
        assert edited({"f": windows}, edit) == {"f": ("\n" + text).replace(old, new).replace("\n", "\r\n")}


def test_a_patch_that_a_review_complains_about_is_returned_to_the_model(tmp_path):
    answers = edits(("sum(values)", "sum(list(values))")), edits(("    return sum(values) / len(values)", GUARDED))
    reviewed = []

    def review(patch):
        reviewed.append(patch)
        return [Finding("rule", Severity.ERROR, "use.py", 3, 3, "It breaks the caller.")] if len(reviewed) == 1 else []

    proposal, chat = ask(tmp_path, *answers, tests=(), review=review)
    assert "a review of the patch finds: use.py:3: It breaks the caller." in chat.requests[1].messages[-1].content
    assert proposal.checks[-1] == "a review finds nothing wrong with it"
    assert "+" + GUARDED in reviewed[1]


def test_the_model_sees_the_callers_and_the_tests_are_those_that_reach_the_code(tmp_path):
    write(
        tmp_path,
        {"m.py": CODE, "use.py": "from m import mean\n\nprint(mean([2]))\n", "secret.py": "from m import mean\n\nmean([4])\n"},
    )
    with Index.build(tmp_path) as index:
        _, chat = ask(
            tmp_path,
            edits(("    return sum(values) / len(values)", GUARDED)),
            index=index,
            tests=(),
            never_send=lambda p: p == "secret.py",
        )
    sent = chat.requests[0].messages[-1].content
    assert "use.py:3: print(mean([2]))" in sent
    assert "secret.py" not in sent


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("def f(a):\n    pass\n", "def f():\n    pass\n", ["m.py: f: Parameter was removed"]),
        ("def f():\n    pass\n", "X = 1\ndef f():\n    pass\n_y = 2\n", ["m.py: X is new"]),
        ("def f():\n    pass\n", "def f():\n    return 1\n", []),
        ("def f(:\n", "def f():\n    pass\n", []),
    ],
)
def test_changes_of_the_public_interface_are_listed(old, new, changes):
    found = api_changes({"m.py": old, "m.js": "x"}, {"m.py": new, "m.js": "y"})
    assert [change.replace("m.py: m.", "m.py: ") for change in found] == changes


def test_code_is_formatted_only_if_the_project_configures_it(tmp_path):
    pytest.importorskip("ruff")
    untidy = "x = [1,2]\n"
    assert formatted(tmp_path, "m.py", untidy) == untidy
    write(tmp_path, {"pyproject.toml": "[tool.ruff]\n"})
    assert formatted(tmp_path, "m.py", untidy) == "x = [1, 2]\n"
    assert formatted(tmp_path, "m.js", untidy) == untidy
    assert formatted(tmp_path, "m.py", "x = [1,2]\r\n") == "x = [1,2]\r\n"
    assert formatted(tmp_path, "m.py", "x = [1,\n") == "x = [1,\n"
