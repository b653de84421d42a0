"""A group of options becomes the options of a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from codeassist.cli.groups import OptionGroup, expanded


@dataclass(frozen=True)
class Colours(OptionGroup):
    """Two options."""

    colour: Annotated[str, typer.Option("--colour", "-c", help="Which colour.")] = "red"
    bright: Annotated[bool, typer.Option("--bright")] = False


def paint(what: Annotated[str, typer.Argument(help="What to paint.")], colours: Colours, coats: int = 1) -> None:
    """Paint something."""
    print(what, colours.colour, colours.bright, coats)


def _run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(expanded(paint))
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output


def test_defaults() -> None:
    assert _run("wall") == (0, "wall red False 1\n")


def test_every_field_is_an_option() -> None:
    assert _run("wall", "-c", "blue", "--bright", "--coats", "2") == (0, "wall blue True 2\n")


def test_help_shows_the_options_of_the_group() -> None:
    code, help_text = _run("--help")
    assert code == 0
    assert "Paint something." in help_text
    assert "Which colour." in help_text


def test_a_function_without_groups_stays_as_it_is() -> None:
    def plain(name: str) -> None:
        """Plain."""

    assert expanded(plain) is plain
