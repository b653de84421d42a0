"""The options that commands share, in groups: which repository, how to print, which model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from codeassist.cli.groups import OptionGroup
from codeassist.cli.interrupts import CANCEL
from codeassist.cli.output import TerminalEvents
from codeassist.deadline import Events
from codeassist.services import Services

HERE = Path()
Repo = Annotated[Path, typer.Option("--repo", "-C", help="The repository (default: the one around the current folder).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be sent to the model, and send nothing.")]
PromptName = Annotated[str | None, typer.Option("--prompt", help="NAME or NAME@VERSION of the prompt to use.")]


@dataclass(slots=True)
class Repository(OptionGroup):
    """Which repository, and where its index is."""

    repo: Repo = HERE
    index_dir: Annotated[str | None, typer.Option("--index-dir", help="Folder of the index (default: .codeassist).")] = None

    def open(self, events: Events | None = None, flags: Mapping[str, Any] | None = None) -> Services:
        """The services of the repository; `flags` map `section.key` to values that win over every file."""
        every = {"index.index_dir": self.index_dir, **(flags or {})}
        return Services.open(self.repo, every, events=events or TerminalEvents(), cancel=CANCEL)


@dataclass(slots=True)
class Indexed(Repository):
    """A repository whose index is brought up to date first, unless that is declined."""

    no_refresh: Annotated[bool, typer.Option("--no-refresh", help="Use the index as it is, even when files changed.")] = False


@dataclass(slots=True)
class Output(OptionGroup):
    """How to print."""

    as_json: AsJson = False
    quiet: Quiet = False

    def events(self, *, stream: bool = False) -> TerminalEvents:
        """Events shown as these options say."""
        return TerminalEvents(quiet=self.quiet, stream=stream and not self.as_json)


@dataclass(slots=True)
class ModelChoice(OptionGroup):
    """Which language model, and what it may take."""

    model: Annotated[
        str | None,
        typer.Option("--model", "-m", help="none, local:NAME_OR_FOLDER or PROVIDER:MODEL; see 'codeassist models'."),
    ] = None
    max_cost: Annotated[float | None, typer.Option("--max-cost", min=0, help="US dollars this run may cost.")] = None
    max_tokens: Annotated[int | None, typer.Option("--max-tokens", min=0, help="Tokens, in and out, this run may take.")] = None
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Ask the model even when it answered the same before.")] = False

    def flags(self, task: str) -> dict[str, Any]:
        """The options as settings of one task."""
        return {
            f"tasks.{task}.model": self.model,
            "model.max_cost": self.max_cost,
            "model.max_tokens": self.max_tokens,
            "model.cache": False if self.no_cache else None,
        }
