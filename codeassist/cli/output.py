"""Printing: notes and steps on standard error, JSON and text on standard output, without terminal control characters."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal

from codeassist.deadline import Events
from codeassist.printable import json_text, one_line, printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

    from codeassist.models.ledger import Ledger
    from indexers.build.report import Progress


safe = printable
"""Text of a repository or model as it is printed."""

MOST_NARROW = 10
"""Columns that text keeps however narrow a terminal is."""

safe_path = one_line
"""A path, or another text that must stay on one line, as it is printed."""


class TerminalEvents(Events):
    """Prints the events of a task: notes and steps on standard error, the text of an answer on standard output."""

    def __init__(self, *, quiet: bool = False, stream: bool = False, steps: bool | None = None) -> None:
        """`stream` prints an answer while it is generated; `steps` prints steps (default: on a terminal, unless quiet)."""
        self.quiet = quiet
        self.streamed = False
        self._stream = stream
        self._steps = (not quiet and sys.stderr.isatty()) if steps is None else steps
        self._bar: Bar | None = None

    def step(self, words: str) -> None:
        """Print one line on standard error."""
        if self._steps:
            note(f"… {words}")

    def note(self, text: str) -> None:
        """Print one line on standard error."""
        if not self.quiet:
            note(text)

    def text(self, piece: str) -> None:
        """Print a piece of the answer on standard output."""
        if self._stream:
            self.streamed = True
            print(safe(piece), end="", flush=True)

    def end_text(self) -> None:
        """End the line of a streamed answer."""
        if self.streamed:
            print()

    def progress(self, done: int, total: int) -> None:
        """Update a counter in place, on a terminal only."""
        if not self.quiet and sys.stderr.isatty():
            print(f"\r{done} of {total}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    def confirm(self, question: str) -> bool:
        """Ask on standard error, on a terminal only; only "y" or "yes" agrees."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        print(f"{safe(question)} [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def indexing(self, state: Progress) -> None:
        """Update a progress bar on standard error, on a terminal only."""
        if self.quiet or not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = _progress_bar()
            self._bar.start()
        elapsed = self._bar.tasks[0].elapsed or 0.0
        rate = f"{state.bytes_done / elapsed / 1e6:.1f} MB/s" if elapsed > 0.5 else ""
        self._bar.update(
            self._bar.task_ids[0],
            total=state.bytes_total,
            completed=state.bytes_done,
            files=f"{state.done}/{state.total}",
            chunks=f"{state.chunks}",
            rate=rate,
        )
        if state.done >= state.total:
            self.close()

    def close(self) -> None:
        """Remove the progress bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _progress_bar() -> Bar:
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[files]} files"),
        TextColumn("{task.fields[chunks]} chunks"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    bar = Bar(*columns, console=console(error=True), transient=True)
    bar.add_task("Indexing", total=None, files="0", chunks="0", rate="")
    return bar


@contextmanager
def closing(events: TerminalEvents) -> Iterator[TerminalEvents]:
    """Events whose progress bar is removed at the end, also after an error."""
    try:
        yield events
    finally:
        events.close()


def console(*, error: bool = False) -> Console:
    """A rich console on standard output or standard error; with `NO_COLOR` it prints no styles either."""
    from rich.console import Console

    styles: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    return Console(stderr=error, highlight=False, soft_wrap=False, color_system=styles)


def cropped(text: str, used: int = 0) -> str:
    """The text on one line, as it fits on a terminal's line after `used` columns, with a mark where it ends; else all of it."""
    if not is_rendered():
        return text
    from rich.cells import cell_len, set_cell_size

    room = max(MOST_NARROW, shutil.get_terminal_size().columns - used)
    return text if cell_len(text) <= room else f"{set_cell_size(text, room - 1).rstrip()}…"


def is_terminal() -> bool:
    """Whether standard output is a terminal that accepts colours."""
    return is_rendered() and not os.environ.get("NO_COLOR")


def is_rendered() -> bool:
    """Whether standard output is a terminal that can show formatted text, in colours or, with `NO_COLOR`, without."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def note(text: str) -> None:
    """Print a message on standard error, apart from the data; a full or closed standard error costs the message alone."""
    with suppress(OSError):
        print(safe(text), file=sys.stderr)


def print_json(value: Any) -> None:
    """Print one JSON object on standard output."""
    print(json_text(value))


def note_usage(ledger: Ledger, name: str, run: int = 0) -> None:
    """Report the number of masked secrets, and the model's tokens, cost and time."""
    note_masked(ledger.masked)
    note(usage_line(ledger, name, run))


def note_masked(count: int) -> None:
    """Report the number of masked secrets."""
    if count:
        note(f"{count} secret{'s were' if count > 1 else ' was'} masked before sending.")


def usage_line(ledger: Ledger, name: str, run: int = 0) -> str:
    """The model's tokens, cost and time on one line; `run` is the number of the recorded run."""
    speed = ledger.output_tokens / ledger.seconds if ledger.seconds > 0 else 0.0
    exact = all(call.reply.counted for call in ledger.calls)
    parts = [name, f"{'' if exact else 'about '}{ledger.input_tokens:,} tokens in, {ledger.output_tokens:,} out"]
    if not name.startswith("local:"):
        parts.append("price unknown" if ledger.cost is None else f"${ledger.cost:.4f}")
    if ledger.seconds:
        parts.append(f"{ledger.seconds:.1f} s, {speed:.0f} tokens/s")
    if ledger.cached:
        parts.append(f"{ledger.cached} from the cache")
    if run:
        parts.append(f"run {run}")
    return " · ".join(parts)
