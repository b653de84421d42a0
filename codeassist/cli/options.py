"""Option groups shared by commands: repository, output and model."""

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
from codeassist.errors import UsageError
from codeassist.services import Services

HERE = Path()
Repo = Annotated[Path, typer.Option("--repo", "-C", help="The repository (default: the one around the current folder).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only results and errors.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be sent to the model, without sending it.")]
PromptName = Annotated[str | None, typer.Option("--prompt", help="The prompt to use: NAME or NAME@VERSION.")]


@dataclass(slots=True)
class RepositoryOptions(OptionGroup):
    """The repository and the location of its index."""

    repo: Repo = HERE
    index_dir: Annotated[str | None, typer.Option("--index-dir", help="Index folder (default: .codeassist).")] = None

    def open(self, events: Events | None = None, flags: Mapping[str, Any] | None = None, *, exact: bool = False) -> Services:
        """The services of the repository; `flags` map `section.key` to values that override every file and variable.

        With `exact` the repository is the folder itself, whatever is around it.
        """
        all_flags = {"index.index_dir": self.index_dir, **(flags or {})}
        return Services.open(self.repo, all_flags, events=events or TerminalEvents(), cancel=CANCEL, exact=exact)


@dataclass(slots=True)
class Indexed(RepositoryOptions):
    """A repository whose index is updated first, unless `--no-refresh` is given."""

    no_refresh: Annotated[
        bool, typer.Option("--no-refresh", help="Use the existing index as it is, even if files changed.")
    ] = False


@dataclass(slots=True)
class SeveralIndexed(OptionGroup):
    """One or more repositories whose indexes are updated first, unless `--no-refresh` is given."""

    repos: Annotated[
        list[Path] | None,
        typer.Option("--repo", "-C", help="The repository (default: the one around the current folder); may be repeated."),
    ] = None
    index_dir: Annotated[str | None, typer.Option("--index-dir", help="Index folder (default: .codeassist).")] = None
    no_refresh: Annotated[
        bool, typer.Option("--no-refresh", help="Use the existing index as it is, even if files changed.")
    ] = False

    @property
    def repo(self) -> Path:
        """The first repository that was named."""
        return self.repos[0] if self.repos else HERE

    def open(self, events: Events, flags: Mapping[str, Any]) -> list[Services]:
        """The services of each repository that was named, or of the one here and of those that its `[workspace]` names."""
        if self.repos and len(self.repos) > 1:
            if self.index_dir:
                raise UsageError("--index-dir is for one repository.")
            opened = [Services.open(repo, flags, events=events, cancel=CANCEL) for repo in self.repos]
            return list({services.root: services for services in opened}.values())
        flags = {"index.index_dir": self.index_dir, **flags}
        one = Services.open(self.repo, flags, events=events, cancel=CANCEL)
        return [one] if self.repos else one.together()


@dataclass(slots=True)
class Output(OptionGroup):
    """Output options."""

    as_json: AsJson = False
    quiet: Quiet = False

    def events(self, *, stream: bool = False) -> TerminalEvents:
        """The events handler for these options."""
        return TerminalEvents(quiet=self.quiet, stream=stream and not self.as_json)


@dataclass(slots=True)
class ModelChoice(OptionGroup):
    """The language model and its limits."""

    model: Annotated[
        str | None,
        typer.Option(
            "--model", "-m", help="none, local:NAME_OR_FOLDER, local:FILE.gguf or PROVIDER:MODEL; see 'codeassist models'."
        ),
    ] = None
    max_cost: Annotated[float | None, typer.Option("--max-cost", min=0, help="Cost limit of this run in US dollars.")] = None
    max_tokens: Annotated[
        int | None, typer.Option("--max-tokens", min=0, help="Token limit of this run, input plus output.")
    ] = None
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Ask the model even if the answer is cached.")] = False

    def flags(self, task: str) -> dict[str, Any]:
        """The options as settings of one task."""
        return {
            f"tasks.{task}.model": self.model,
            "model.max_cost": self.max_cost,
            "model.max_tokens": self.max_tokens,
            "model.cache": False if self.no_cache else None,
        }
