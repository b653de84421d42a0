"""What the commands that ask the index about one name have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import EXIT_GATE

if TYPE_CHECKING:
    from indexers import Index


class Result(Protocol):
    """What a task found."""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        ...


Found = TypeVar("Found")


def ask_index(where: Indexed, output: Output, ask: Callable[[Index], Found]) -> tuple[Found, Places]:
    """The result of a question to the index, and how its places are printed from the current folder."""
    with closing(output.events()) as events:
        services = where.open(events)
        with services.index(refresh=not where.no_refresh) as index:
            return ask(index), Places.of(services.root, where.repo)


def show(result: Result, output: Output, lines: Iterable[str]) -> None:
    """Print the result as JSON, or its lines."""
    if output.as_json:
        print_json(result.as_json())
        return
    for line in lines:
        print(line)


def nothing(output: Output, reason: str) -> NoReturn:
    """End the command without a result; the reason is a note, which JSON does without."""
    if not output.as_json:
        note(reason)
    raise typer.Exit(EXIT_GATE)


def undefined(where: Indexed, output: Output, name: str) -> NoReturn:
    """End a command about a name that the index does not define, with the names that are spelled like it."""
    nothing(output, f"No definition of '{name}' in the index{_hint(where, output, name)}.")


def unused(where: Indexed, output: Output, name: str) -> NoReturn:
    """End a command about the uses of a name that has none, with similar names where it is not defined either."""
    nothing(output, f"Nothing in the index uses '{name}'{_hint(where, output, name)}.")


def _hint(where: Indexed, output: Output, name: str) -> str:
    """Names that are spelled like one that the index does not define, as the end of a sentence."""
    from codeassist.tasks.navigate import near_names

    near = [] if output.as_json else ask_index(where, output, lambda index: near_names(index, name))[0]
    return f"; similar names: {', '.join(map(safe, near))}" if near else ""
