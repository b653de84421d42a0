"""`codeassist ask` for several repositories: one answer of each that has one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codeassist.cli.options import Output
from codeassist.cli.output import TerminalEvents, is_terminal, note, print_json, safe
from codeassist.cli.show_answer import show_dry_run, show_notes, show_result
from codeassist.services import Services
from codeassist.tasks.ask import AskContext, SeveralAnswers, answering, ask_question, plan_question
from codeassist.workspace import distinct_names

if TYPE_CHECKING:
    from codeassist.tasks.ask import PlannedAsk


@dataclass(frozen=True, slots=True)
class AskSeveral:
    """A question to these repositories, with the options of the command."""

    every: Sequence[Services]
    question: str
    prompt: str
    paths: Sequence[str]
    full: bool
    judge: bool
    dry_run: bool

    def run(self, events: TerminalEvents, output: Output, *, refresh: bool, verify: bool, strict: bool, context: bool) -> int:
        """Ask, print, and return the exit code."""
        names = distinct_names([services.root for services in self.every])
        by_name = dict(zip(names, self.every, strict=True))
        with ExitStack() as opened:
            indexes = {name: opened.enter_context(s.index(refresh=refresh)) for name, s in by_name.items()}
            threshold = self.every[0].config.ask.threshold
            chosen = answering(list(indexes.items()), self.question, threshold, self.paths)
            contexts = {name: self._context(by_name[name], events) for name, _ in chosen}
            if self.dry_run:
                planned = [(name, plan_question(index, self.question, contexts[name])) for name, index in chosen]
                _show_plans(planned, output)
                return 0
            answers = [(name, ask_question(index, self.question, contexts[name])) for name, index in chosen]
        others = [name for name in names if name not in contexts]
        several = SeveralAnswers(self.question, answers, others)
        if output.as_json:
            print_json(several.as_json())
        for name, result in answers:
            if not output.as_json:
                _heading(name, output)
                show_result(result, by_name[name].root, by_name[name].root, streamed=False, verify=verify, show_context=context)
            if not output.quiet and result.ledger is not None:
                show_notes(result, contexts[name].session, as_json=output.as_json)
        if others and not output.quiet:
            note(f"Without an answer, or a less certain one: {', '.join(map(safe, others))}.")
        return several.exit_code(strict=strict)

    def _context(self, services: Services, events: TerminalEvents) -> AskContext:
        return AskContext(
            services.config,
            services.library,
            services.session("ask", dry=self.dry_run),
            prompt=self.prompt,
            paths=self.paths,
            full=self.full,
            store=services.run_log,
            judge=self.judge,
            events=events,
            cancel=services.cancel,
        )


def _show_plans(planned: Sequence[tuple[str, PlannedAsk | None]], output: Output) -> None:
    if output.as_json:
        plans = [{"repository": name} | (plan.as_json() if plan else {"model": None, "messages": []}) for name, plan in planned]
        print_json({"schema": "codeassist.dry-run-several/1", "repositories": plans})
        return
    for name, plan in planned:
        _heading(name, output)
        show_dry_run(plan, as_json=False)


def _heading(name: str, output: Output) -> None:
    if not output.as_json:
        print(f"\x1b[1m[{safe(name)}]\x1b[0m" if is_terminal() else f"[{safe(name)}]")
