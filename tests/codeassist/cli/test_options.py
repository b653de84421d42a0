"""Groups of options become settings, services and events."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassist.cli.options import Indexed, ModelChoice, Output, RepositoryOptions
from codeassist.errors import CodeassistError
from tests.conftest import write


def test_a_model_is_chosen_for_one_task_only(shop: Path) -> None:
    services = RepositoryOptions(shop).open(flags=ModelChoice("none", 0.5, 99, no_cache=True).flags("review"))
    assert services.config.model.max_cost == 0.5
    assert services.config.model.max_tokens == 99
    assert services.config.model.cache is False
    assert ModelChoice("none").flags("review")["tasks.review.model"] == "none"
    assert "tasks.ask.model" not in ModelChoice("none").flags("review")


def test_options_that_were_not_given_leave_the_configuration_alone(shop: Path) -> None:
    write(shop, {".codeassist.toml": "[model]\nmax_tokens = 7\n"})
    assert RepositoryOptions(shop).open(flags=ModelChoice().flags("ask")).config == RepositoryOptions(shop).open().config
    assert RepositoryOptions(shop).open(flags=ModelChoice().flags("ask")).config.model.max_tokens == 7


def test_the_repository_and_its_index_folder_are_opened(shop: Path) -> None:
    services = Indexed(shop / "shop" / "web", ".elsewhere").open()
    assert services.folder.name == ".elsewhere"
    assert RepositoryOptions(shop).open().folder == shop.resolve() / ".codeassist"


def test_a_missing_folder_is_an_error(shop: Path) -> None:
    with pytest.raises(CodeassistError, match="There is no folder"):
        RepositoryOptions(shop / "nowhere").open()


@pytest.mark.parametrize(
    ("output", "stream", "streamed"),
    [(Output(), True, True), (Output(), False, False), (Output(as_json=True), True, False), (Output(quiet=True), True, True)],
)
def test_an_answer_is_streamed_unless_json_is_printed(output: Output, stream: bool, streamed: bool, capsys) -> None:
    events = output.events(stream=stream)
    events.text("answer")
    events.note("a note")
    printed = capsys.readouterr()
    assert (printed.out == "answer") is streamed
    assert (printed.err == "") is output.quiet
