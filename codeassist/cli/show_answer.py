"""Printing an answer: its text, its citations and the results of the checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codeassist.cli.output import is_rendered, is_terminal, note, note_usage, print_json, safe, safe_path
from codeassist.cli.show_code import link, relative_prefix, show_code, show_markdown
from codeassist.printable import counted

if TYPE_CHECKING:
    from codeassist.models.session import Session
    from codeassist.tasks.ask import Answer, AskResult, PlannedAsk

FAILED = "(The model failed; this was answered from the index alone.)\n"
BROKE_OFF = "\n(The model's answer was cut off here; the following was answered from the index alone.)\n"
UNFOUNDED = "\n(Nothing of the answer above is supported by the code it cites; this is the answer of the index alone.)\n"


def show_result(
    result: AskResult, root: Path, start: Path, *, streamed: bool, verify: bool = False, show_context: bool = False
) -> None:
    """Print the answer, unless it was streamed already, its citations and the results of the checks."""
    if result.error is not None:
        print(BROKE_OFF if streamed else FAILED)
    if result.error is not None or not streamed:
        show_markdown(result.answer.text, is_rendered())
    show_citations(result.answer, root, start)
    show_checks(result.answer, verify=verify)
    if result.from_index is not None:
        print(UNFOUNDED)
        show_markdown(result.from_index.text, is_rendered())
        show_citations(result.from_index, root, start)
    if show_context:
        show_context_of(result.answer, root, start)


def show_citations(answer: Answer, root: Path, start: Path) -> None:
    """Print each cited place once, as `path:line`; on a terminal as a link."""
    prefix = relative_prefix(root, start)
    if answer.citations:
        print()
    for cited in answer.citations:
        span = f"{cited.start_line}-{cited.end_line}" if cited.end_line != cited.start_line else f"{cited.start_line}"
        place = f"{prefix}{safe_path(cited.path)}:{span}"
        shown = link(place, root / cited.path, cited.start_line) if is_terminal() else place
        print(f"[{cited.n}] {shown}" + (f"  {safe(cited.name)}" if cited.name else ""))


def show_checks(answer: Answer, *, verify: bool = False) -> None:
    """Print the problems of a model's answer; with `verify` also the sentences that no citation supports."""
    checks = answer.checks
    if checks is None:
        return
    lines = []
    if checks.dangling:
        lines.append(f"Cites blocks that do not exist: {', '.join(f'[{n}]' for n in checks.dangling)}")
    if checks.changed:
        lines.append(f"Changed on disk since it was read: {', '.join(f'[{n}]' for n in checks.changed)}")
    if checks.unverified:
        names = ", ".join(f"`{safe(n)}`" for n in checks.unverified)
        lines.append(f"Unverified, not found in this repository: {names}")
    if checks.unsupported and not verify:
        count = len(checks.unsupported)
        lines.append(f"{count} of {checks.sentences} sentences not supported by a citation; --verify lists them")
    if lines:
        print()
    warn, plain = ("\x1b[33m", "\x1b[0m") if is_terminal() else ("", "")
    for line in lines:
        print(f"{warn}! {line}{plain}")
    if verify:
        print(f"\nSupported: {checks.sentences - len(checks.unsupported)} of {checks.sentences} sentences.")
        for sentence in checks.unsupported:
            print(f"- not supported: {safe(sentence)}")


def show_context_of(answer: Answer, root: Path, start: Path) -> None:
    """Print what the answer is based on: the blocks given to the model, or the quoted chunks."""
    colour, prefix = is_terminal(), relative_prefix(root, start)
    for block in answer.blocks:
        print(f"\n[{block.n}] {prefix}{safe_path(block.path)}:{block.start_line}")
        show_code(block.text.split("\n"), block.start_line, block.language, answer.question, colour)
    for place in answer.places:
        print(f"\n{prefix}{safe_path(place.hit.path)}:{place.hit.start_line}")
        show_code(place.hit.text.split("\n"), place.hit.start_line, place.hit.language, answer.question, colour)


def show_notes(result: AskResult, session: Session | None, *, as_json: bool) -> None:
    """Print warnings and usage on standard error."""
    answer = result.answer
    if result.error is not None:
        note(f"codeassist: {result.error}")
    if result.trouble:
        note(f"This run could not be recorded: {result.trouble}")
    if session is None:
        if answer.found and not as_json:
            note("Answered from the index alone, without a language model.")
        return
    private = sum(o.reason == "private" for o in answer.left_out)
    left = sum(o.reason == "budget" for o in answer.left_out)
    if private:
        note(f"{private} place{'s' if private > 1 else ''} not sent, because of never_send under [privacy].")
    if left:
        note(f"{left} less relevant places did not fit into the context; its size is context_tokens under [ask].")
    if answer.finish == "length":
        note("The answer was cut off at max_output_tokens.")
    if answer.agreement is not None:
        note(f"Agreement of the samples on their citations: {answer.agreement:.0%}.")
    if not session.ledger.calls:
        note(f"{session.model.name} was not asked.")
        return
    if answer.finish == "interrupted":
        note("Stopped.")
    note_usage(session.ledger, session.model.name, result.run.id if result.run else 0)


def show_dry_run(planned: PlannedAsk | None, *, as_json: bool) -> None:
    """Print what the first call would send, the files in it, and its cost."""
    if planned is None:
        if as_json:
            print_json({"schema": "codeassist.dry-run/1", "model": None, "messages": []})
        else:
            print("No model is configured: nothing would be sent.")
        return
    if as_json:
        print_json(planned.as_json())
        return
    if planned.before:
        print("--- sent first, to rewrite the question as a standalone one")
    for message in (*planned.before, *planned.messages):
        print(f"--- {message.role}")
        print(safe(message.content))
    print("--- nothing was sent; the request above would have been:")
    print(f"to      {safe(planned.model)}")
    print(f"prompt  {planned.prompt}")
    for block in planned.packed.blocks:
        folded = "  (signature only)" if block.folded else ""
        print(f"file    {safe_path(block.path)}:{block.start_line}-{block.end_line}{folded}")
    print(f"tokens  about {planned.tokens:,}")
    print("price   " + ("not known" if planned.cost is None else f"at most ${planned.cost:.4f} for the first call"))
    if planned.calls > 1:
        print(f"calls   up to {planned.calls}; later ones may contain more of the repository")
    if planned.masked:
        print(f"masked  {counted(planned.masked, 'secret')}")
