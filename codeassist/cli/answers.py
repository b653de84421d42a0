"""An answer on a terminal: its text, citations one can click, and what the checks found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codeassist.cli.common import is_terminal, print_json, safe, safe_path
from codeassist.cli.rendering import link, relative_prefix, show_code, show_markdown

if TYPE_CHECKING:
    from codeassist.models.messages import Message
    from codeassist.tasks.ask import Answer
    from codeassist.tasks.ask.generative import DryRun


def show_text(answer: Answer) -> None:
    """The answer itself."""
    show_markdown(answer.text, is_terminal())


def show_citations(answer: Answer, root: Path, start: Path) -> None:
    """Each place once, as `path:line`; on a terminal a link."""
    prefix = relative_prefix(root, start)
    if answer.citations:
        print()
    for cited in answer.citations:
        span = f"{cited.start_line}-{cited.end_line}" if cited.end_line != cited.start_line else f"{cited.start_line}"
        name = f"  {safe(cited.name)}" if cited.name else ""
        place = (
            link(f"{prefix}{safe_path(cited.path)}:{span}", root / cited.path)
            if is_terminal()
            else f"{prefix}{safe_path(cited.path)}:{span}"
        )
        print(f"[{cited.n}] {place}{name}")


def show_checks(answer: Answer, *, verify: bool) -> None:
    """What is wrong with a model's answer; with `verify` also the sentences that nothing cited bears out."""
    checks = answer.checks
    if checks is None:
        return
    said = []
    if checks.dangling:
        said.append(f"Cites what it was not given: {', '.join(f'[{n}]' for n in checks.dangling)}")
    if checks.changed:
        said.append(f"Changed on disk since it was read: {', '.join(f'[{n}]' for n in checks.changed)}")
    if checks.unverified:
        said.append(f"Unverified, found nowhere in this repository: {', '.join(f'`{safe(n)}`' for n in checks.unverified)}")
    if checks.unsupported and not verify:
        count = len(checks.unsupported)
        said.append(f"{count} of {checks.sentences} sentences not borne out by a citation; --verify lists them")
    if said:
        print()
    warn, plain = ("\x1b[33m", "\x1b[0m") if is_terminal() else ("", "")
    for line in said:
        print(f"{warn}! {line}{plain}")
    if verify:
        print(f"\nSupported: {checks.sentences - len(checks.unsupported)} of {checks.sentences} sentences.")
        for sentence in checks.unsupported:
            print(f"- not supported: {safe(sentence)}")


def show_context_of(answer: Answer, root: Path, start: Path) -> None:
    """What the answer was made from: the blocks a model saw, or the chunks quoted."""
    colour, prefix = is_terminal(), relative_prefix(root, start)
    for block in answer.blocks:
        print(f"\n[{block.n}] {prefix}{safe_path(block.path)}:{block.start_line}")
        show_code(block.text.split("\n"), block.start_line, block.language, answer.question, colour)
    for place in answer.places:
        print(f"\n{prefix}{safe_path(place.hit.path)}:{place.hit.start_line}")
        show_code(place.hit.text.split("\n"), place.hit.start_line, place.hit.language, answer.question, colour)


def show_dry_run(
    model: str, planned: DryRun, before: Sequence[Message], tokens: int, price: float | None, *, as_json: bool
) -> None:
    """Everything that a first call would send, what it is made of, and what it would cost."""
    blocks = planned.packed.blocks
    files = [{"path": b.path, "start_line": b.start_line, "end_line": b.end_line, "folded": b.folded} for b in blocks]
    if as_json:
        print_json({
            "schema": "codeassist.dry-run/1", "model": model, "prompt": planned.prompt,
            "messages": [m.as_json() for m in planned.messages], "before": [m.as_json() for m in before], "files": files,
            "tokens": tokens, "cost": price, "calls": planned.calls, "masked": planned.masked,
        })  # fmt: skip
        return
    if before:
        print("--- sent first, to rewrite the question so that it stands alone")
    for message in (*before, *planned.messages):
        print(f"--- {message.role}")
        print(safe(message.content))
    print("--- nothing was sent; this is what would be:")
    print(f"to      {safe(model)}")
    print(f"prompt  {planned.prompt}")
    for block in blocks:
        folded = "  (signature only)" if block.folded else ""
        print(f"file    {safe_path(block.path)}:{block.start_line}-{block.end_line}{folded}")
    print(f"tokens  about {tokens:,}")
    print("price   " + ("not known" if price is None else f"at most ${price:.4f} for the first call"))
    if planned.calls > 1:
        print(f"calls   up to {planned.calls}, with more of the repository in each as the answers ask for it")
    if planned.masked:
        print(f"masked  {planned.masked} secrets")
