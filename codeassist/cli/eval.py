"""`codeassist eval`: measure retrieval on this repository, compare configurations, count a model's supported sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import ModelChoice, Output, RepositoryOptions
from codeassist.cli.output import closing, note, print_json, usage_line
from codeassist.printable import counted, printable

if TYPE_CHECKING:
    from codeassist.services import Services
    from codeassist.tasks.evaluate import ModelAnswers, Question, Scores
    from indexers import Index

_COLUMNS = ("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10")


def eval(  # noqa: A001  # the module and its command have one name
    against: Annotated[
        Path | None, typer.Option("--against", help="A .codeassist.toml to compare with the effective configuration.")
    ] = None,
    limit: Annotated[int, typer.Option("-n", min=1, help="Maximum number of questions of each kind.")] = 100,
    misses: Annotated[
        int, typer.Option("--misses", min=0, help="How many questions to list whose answer was not among the first ten files.")
    ] = 5,
    answers: Annotated[int, typer.Option("--answers", min=1, help="How many questions a model is asked, with --model.")] = 10,
    *,
    choice: ModelChoice,
    where: RepositoryOptions,
    output: Output,
) -> None:
    """Run questions with known answers (documentation, callers, commits, rated runs) and score the files retrieved.

    With --model some of them are also answered by it: the share of its sentences that their citations support, and the cost.
    """
    from codeassist import config as configuration
    from codeassist.tasks.evaluate import compare_configurations, make_questions

    with closing(output.events()) as events:
        services = where.open(events, choice.flags("ask"))
        configurations = [("in force", services.config)]
        if against is not None:
            configurations.append((str(against), configuration.load(services.root, project_file=against).config))
        with services.index() as index:
            questions = make_questions(index, services.runs.list(1_000, rating=1), limit)
            result = compare_configurations(index, questions, configurations, events, services.cancel)
            by_model = _by_model(services, index, questions, answers) if choice.model else None
    if output.as_json:
        print_json(result.as_json() | ({"answers": by_model.as_json()} if by_model else {}))
        return
    for scores in result.scores:
        _show(scores)
    if result.gain is not None:
        mean, low, high = result.gain
        first, second = (scores.name for scores in result.scores)
        print(f"\nNDCG@10 of {second} minus {first}: {mean:+.3f} (95 % confidence interval {low:+.3f} to {high:+.3f})")
    _show_misses(result.scores[0], misses)
    if by_model:
        _show_answers(by_model)


def _by_model(services: Services, index: Index, questions: list[Question], limit: int) -> ModelAnswers | None:
    """The counted answers of the model; None when no model is configured. A failure of the model is noted."""
    from codeassist.tasks.ask import AskContext, ask_question
    from codeassist.tasks.evaluate import ModelAnswer, ask_the_model

    session = services.session("ask")
    if session is None:
        return None
    context = AskContext(services.config, services.library, session, command="eval", cancel=services.cancel)

    def ask(question: str) -> ModelAnswer:
        result = ask_question(index, question, replace(context))
        if result.error is not None:
            raise result.error
        answer, checks = result.answer, result.answer.checks
        cited = frozenset(citation.path for citation in answer.citations)
        if checks is None:
            return ModelAnswer(answer.found, cited, 0, 0, clean=True)
        return ModelAnswer(answer.found, cited, checks.sentences, len(checks.unsupported), checks.clean)

    services.events.step(f"asking {session.model.name}")
    counts, error = ask_the_model(session, questions, limit, ask, services.events, services.cancel)
    if error is not None:
        note(f"The model stopped answering after {counted(counts.questions, 'question')}: {error}")
    return counts


def _show(scores: Scores) -> None:
    print(f"{scores.name:<24.24} {'n':>5} " + " ".join(f"{column:>9}" for column in _COLUMNS))
    for kind in (*sorted(set(scores.kinds)), ""):
        figures = scores.mean(kind)
        n = sum(1 for k in scores.kinds if not kind or k == kind)
        print(f"  {kind or 'all':<22} {n:>5} " + " ".join(f"{figures[column]:>9.3f}" for column in _COLUMNS))


def _show_misses(scores: Scores, most: int) -> None:
    """The questions whose answer was not found, with the answer and what was found first."""
    if not scores.misses or not most:
        return
    print(f"\nNot among the first ten files: {len(scores.misses)} of {len(scores.kinds)}")
    for miss in scores.misses[:most]:
        print(f"  {miss.question.kind}: {printable(miss.question.text)}")
        print(f"    answered by {', '.join(map(printable, sorted(miss.question.answers)))}")
        print(f"    found {', '.join(map(printable, miss.found)) or 'nothing'}")
    if len(scores.misses) > most:
        print(f"  and {len(scores.misses) - most} more (--misses {len(scores.misses)})")


def _show_answers(answers: ModelAnswers) -> None:
    supported = "no sentences" if answers.supported is None else f"{answers.supported:.0%} of {answers.sentences} sentences"
    print(f"\n{answers.model}: {counted(answers.questions, 'question')}, {answers.answered} answered")
    print(f"  supported by what they cite: {supported}; {answers.clean} answers without a mark")
    print(f"  cite a file with the answer: {answers.right_file} of {answers.questions}")
    print(f"  {usage_line(answers.ledger, answers.model)}")
