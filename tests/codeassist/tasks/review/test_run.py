"""A review as every interface runs it: exit codes, baselines, the last review, the model's failure, and plans."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from codeassist.changes.reading import ChangeSelection
from codeassist.config import Config, ModelConfig
from codeassist.config.schema import ReviewConfig
from codeassist.deadline import Events
from codeassist.errors import EXIT_GATE, EXIT_MODEL, ConfigError, ModelError, UsageError
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.tasks.review import ReviewContext, ReviewRequest, plan_review, run_review
from codeassist.tasks.review import run as run_module
from codeassist.tasks.review.run import BASELINE
from codeassist.testing import ScriptedChat
from indexers import Index
from tests.conftest import git, write


class Notes(Events):
    """Keeps the notices."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def root(repository: Callable[..., Path]) -> Path:
    """A repository whose change leaves a debugger call, which is a warning."""
    return write(repository({"a.py": "x = 1\n"}), {"a.py": "x = 1\nbreakpoint()\n"})


def context_of(root: Path, *answers: str | Exception, updates: list[bool] | None = None, **settings: object) -> ReviewContext:
    @contextmanager
    def no_index(update: bool) -> Iterator[Index | None]:
        if updates is not None:
            updates.append(update)
        yield None

    opened: Callable[[bool], AbstractContextManager[Index | None]] = no_index
    session = Session(ScriptedChat(answers), ModelConfig()) if answers else None
    return ReviewContext(root, Config(review=ReviewConfig(**settings)), opened, Library.of(None, Config()), session)


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("note", 1), ("never", 0)])
def test_the_exit_code_depends_on_the_worst_finding(root: Path, fail_on: str, code: int) -> None:
    result = run_review(ReviewRequest(), context_of(root, fail_on=fail_on))
    assert [f.rule for f in result.review.findings] == ["debug-leftover"]
    assert (result.exit_code, result.nothing_changed) == (code, False)
    assert result.as_json()["schema"] == "codeassist.review/1"


def test_without_a_change_nothing_is_reviewed(root: Path) -> None:
    git(root, "checkout", "-q", "a.py")
    result = run_review(ReviewRequest(), context_of(root, fail_on="note"))
    assert (result.nothing_changed, result.exit_code, result.review.findings) == (True, 0, [])


def test_the_index_is_updated_only_for_a_change_of_the_working_tree(root: Path) -> None:
    git(root, "add", ".")
    updates: list[bool] = []
    run_review(ReviewRequest(), context_of(root, updates=updates))
    run_review(ReviewRequest(ChangeSelection(staged=True)), context_of(root, updates=updates))
    assert updates == [True, False]


def test_findings_of_the_baseline_are_not_reported_again(root: Path) -> None:
    write(root, {"b.py": "breakpoint()\n", "c.py": "breakpoint()\n"})
    written = run_review(ReviewRequest(update_baseline=True), context_of(root, max_findings=1))
    assert (written.baseline, written.known) == (root / BASELINE, 3)  # more than are shown
    configured = run_review(ReviewRequest(), context_of(root, baseline=BASELINE))
    assert (configured.review.findings, configured.review.left_out["already known"]) == ([], 3)
    assert len(run_review(ReviewRequest(), context_of(root)).review.findings) == 3


def test_an_incomplete_review_does_not_change_the_baseline(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        name, rules = "broken", ()

        def run(self, facts: object) -> list[object]:
            raise RuntimeError("no luck")

    monkeypatch.setattr(run_module, "ANALYSERS", (Broken(),))
    with pytest.raises(UsageError, match=r"not complete \(the analyser 'broken' failed: RuntimeError: no luck\)"):
        run_review(ReviewRequest(update_baseline=True), context_of(root))
    assert not (root / BASELINE).exists()


def test_since_the_last_review_only_new_findings_are_reported(root: Path) -> None:
    context = context_of(root)
    context.events = events = Notes()
    request = ReviewRequest(since_last=True, remember=True)
    assert len(run_review(request, context).review.findings) == 1
    assert events.notes == ["There is no earlier review of this repository; every finding is new."]
    write(root, {"b.py": "breakpoint()\n"})
    assert [f.path for f in run_review(request, context).review.findings] == ["b.py"]
    assert len(events.notes) == 1


def test_after_a_failure_of_the_model_the_findings_of_the_analysers_remain(root: Path) -> None:
    result = run_review(ReviewRequest(), context_of(root, ModelError("connection lost"), fail_on="warning"))
    assert str(result.error) == "connection lost"
    assert result.exit_code == EXIT_GATE  # the gate comes first
    assert [f.rule for f in result.review.findings] == ["debug-leftover"]
    assert result.as_json()["incomplete"][-1] == {"part": "the model", "reason": "connection lost"}
    below = run_review(ReviewRequest(), context_of(root, ModelError("connection lost"), fail_on="error"))
    assert below.exit_code == EXIT_MODEL  # never 0 after a failure


def test_a_model_that_fails_changes_no_baseline(root: Path) -> None:
    with pytest.raises(UsageError, match=r"not complete \(.*connection lost"):
        run_review(ReviewRequest(update_baseline=True), context_of(root, ModelError("connection lost")))
    assert not (root / BASELINE).exists()


def test_after_an_incomplete_review_known_findings_stay_known(root: Path) -> None:
    request = ReviewRequest(since_last=True, remember=True)
    assert len(run_review(request, context_of(root)).review.findings) == 1
    write(root, {"b.py": "breakpoint()\n"})
    (root / "a.py").rename(root / "away")
    git(root, "checkout", "-q", "a.py")
    run_review(request, context_of(root, ModelError("connection lost")))
    (root / "away").rename(root / "a.py")
    assert run_review(request, context_of(root)).review.findings == []


def test_a_summary_does_not_need_a_model_that_fails(root: Path) -> None:
    answers = ('{"findings": []}', ModelError("connection lost"))
    result = run_review(ReviewRequest(summary=True), context_of(root, *answers, fail_on="never"))
    assert result.summary is not None
    assert result.summary.does == ["change a.py"]
    assert (str(result.error), result.exit_code) == ("connection lost", EXIT_MODEL)


def test_a_plug_in_that_cannot_be_loaded_costs_only_itself(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_group: str, name: str) -> object:
        if name == "broken":
            raise ConfigError("The plug-in 'broken' cannot be loaded: no luck.")
        return object()

    monkeypatch.setattr(run_module, "names", lambda _: ("broken", "other"))
    monkeypatch.setattr(run_module, "plugin", load)
    result = run_review(ReviewRequest(), context_of(root))
    assert result.review.unread == [
        "the analyser 'broken': The plug-in 'broken' cannot be loaded: no luck",
        "the analyser 'other': the plug-in has no name or no method 'run'",
    ]
    assert [f.rule for f in result.review.findings] == ["debug-leftover"]


def test_a_summary_only_on_request(root: Path) -> None:
    assert run_review(ReviewRequest(), context_of(root)).summary is None
    summary = run_review(ReviewRequest(summary=True), context_of(root)).summary
    assert summary is not None
    assert summary.does == ["change a.py"]
    assert summary.risks == [("a.py", "medium", "1 finding, 1 line")]


def test_a_plan_contains_the_first_request_and_sends_nothing(root: Path) -> None:
    context = context_of(root, '{"findings": []}')
    planned = plan_review(ReviewRequest(), context)
    assert planned is not None
    assert planned.model == "scripted:double"
    assert planned.prompt.startswith("review@")
    assert "breakpoint()" in planned.messages[-1].content
    assert planned.tokens > 0
    assert context.session is not None
    assert context.session.model.requests == []


def test_without_a_model_or_a_change_there_is_no_plan(root: Path) -> None:
    assert plan_review(ReviewRequest(), context_of(root)) is None
    git(root, "checkout", "-q", "a.py")
    assert plan_review(ReviewRequest(), context_of(root, '{"findings": []}')) is None


def test_files_that_are_not_sent_are_not_in_the_plan(root: Path) -> None:
    context = context_of(root, '{"findings": []}')
    context.not_sent = lambda path: path == "a.py"
    planned = plan_review(ReviewRequest(), context)
    assert planned is not None
    assert planned.messages == []


def test_the_models_part_ends_after_its_own_time_and_the_result_says_so(root: Path) -> None:
    released = threading.Event()

    def hangs(_: object) -> str:
        released.wait(60)
        return "{}"

    began = time.monotonic()
    result = run_review(ReviewRequest(), context_of(root, hangs, model_timeout=0.2))
    assert time.monotonic() - began < 50
    released.set()
    assert [f.rule for f in result.review.findings] == ["debug-leftover"]
    assert "the model" in [entry["part"] for entry in result.as_json()["incomplete"]]
    assert result.exit_code == EXIT_MODEL
