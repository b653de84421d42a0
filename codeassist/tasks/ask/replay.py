"""Repeat a recorded question with the same inputs on the current state of the repository."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from codeassist.runs.store import Run
from codeassist.tasks.ask.ask_question import AskContext, AskResult, ask_question, earlier_exchanges
from indexers import Index


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """The recorded run and the new result."""

    before: Run
    after: AskResult

    @property
    def same_answer(self) -> bool:
        """Whether both answers have the same text."""
        return self.before.output == self.after.answer.text

    @property
    def same_places(self) -> bool:
        """Whether both cite the same files in the same order."""
        return [c["path"] for c in self.before.citations] == [c.path for c in self.after.answer.citations]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.replay/1`."""
        return {
            "schema": "codeassist.replay/1",
            "run": self.before.id,
            "again": self.after.run.id if self.after.run else None,
            "same_answer": self.same_answer,
            "same_places": self.same_places,
            "before": self.before.output,
            "after": self.after.answer.text,
            "error": str(self.after.error) if self.after.error else None,
        }


def replay(index: Index, run: Run, context: AskContext) -> ReplayResult:
    """Repeat a run. Raises `QueryError`; a model error is in the result."""
    return ReplayResult(run, ask_question(index, run.question, context_of_run(run, context)))


def context_of_run(run: Run, context: AskContext) -> AskContext:
    """A context with the inputs of a recorded run."""
    recorded = run.parameters
    continues = recorded.continues
    history = earlier_exchanges(context.store, continues)[0] if continues and context.store is not None else []
    return replace(
        context,
        strategy=recorded.strategy,
        prompt=run.prompt if recorded.asked_prompt else "",
        paths=tuple(recorded.paths),
        command="replay",
        history=history,
        continues=continues,
        search_as=recorded.query if continues else "",
    )
