"""Which prompt a name finds: the project's own, the user's, or the shipped one; by version if named."""

from __future__ import annotations

import pytest

from codeassist.config import Config, user_file
from codeassist.errors import PromptError
from codeassist.prompts import Library
from codeassist.prompts.format import read
from codeassist.prompts.library import built_in, prompts_json
from tests.codeassist.prompts.conftest import folder_of, greet
from tests.conftest import write


def test_a_project_prompt_takes_precedence_and_versions_can_be_named(tmp_path):
    folder = folder_of(tmp_path, greet("user:\nmine {{ who }}", "1.5.0").replace("name: greet", "name: ask"))
    (folder / "greet.prompty").rename(folder / "ask.prompty")
    library = Library.of(tmp_path, Config())
    assert [layer.name for layer in library.layers] == ["project", "built-in"]
    assert library.find("ask").path == folder / "ask.prompty"
    assert library.find("judge").path.parent == built_in()
    assert {layer.name for layer, path in library.current() if path.name == "ask.prompty"} == {"project"}
    with pytest.raises(PromptError, match="There is no prompt 'judg'; did you mean 'judge'"):
        library.find("judg")
    with pytest.raises(PromptError, match=r"There is no version 9.9.9 of the prompt 'ask'"):
        library.find("ask@9.9.9")


def test_a_users_prompt_is_used_where_the_project_has_none(tmp_path):
    write(
        user_file().parent / "prompts",
        {"ask.prompty": greet(version="1.5.0").replace("name: greet", "name: ask"), "greet.prompty": greet()},
    )
    folder = folder_of(tmp_path, greet("user:\nmine {{ who }}"))
    library = Library.of(tmp_path, Config())
    assert [layer.name for layer in library.layers] == ["project", "user", "built-in"]
    assert library.find("greet").path == folder / "greet.prompty"
    assert library.find("ask").path == user_file().parent / "prompts" / "ask.prompty"
    assert len([path for _, path in library.files() if path.name == "greet.prompty"]) == 2
    assert [path for _, path in library.current() if path.name == "greet.prompty"] == [folder / "greet.prompty"]


def test_a_folder_without_prompts_is_no_layer(tmp_path):
    write(tmp_path, {"prompts/notes.txt": "x"})
    assert [layer.name for layer in Library.of(tmp_path, Config()).layers] == ["built-in"]
    assert [layer.name for layer in Library.of(None, Config()).layers] == ["built-in"]
    assert Library.of(None, Config()).folder_to_edit(tmp_path, Config()) == tmp_path / "prompts"


def test_a_name_unlike_any_other_lists_the_known_ones(tmp_path):
    with pytest.raises(PromptError, match=r"There is no prompt 'zzzz'; expected one of .*judge.*\."):
        Library.of(None, Config()).find("zzzz")


def test_the_json_form_of_a_list(tmp_path):
    prompt = read(folder_of(tmp_path) / "greet.prompty")
    assert prompts_json([("project", prompt, 2)]) == {
        "schema": "codeassist.prompts/1",
        "prompts": [
            {
                "name": "greet",
                "version": "1.0.0",
                "layer": "project",
                "path": str(prompt.path),
                "cases": 2,
                "description": "Greets.",
            }
        ],
    }


def test_a_changed_prompt_with_the_version_of_the_shipped_one_is_refused_except_as_a_draft(tmp_path):
    text = (built_in() / "judge.prompty").read_text()
    folder = write(tmp_path / "prompts", {"judge.prompty": text})
    assert Library.of(tmp_path, Config()).find("judge").path == folder / "judge.prompty"
    write(folder, {"judge.prompty": text.replace("Judge only", "Look only at")})
    with pytest.raises(PromptError, match=r"judge.prompty:1: judge@1.0.0 is shipped with another text; give the changed"):
        Library.of(tmp_path, Config()).find("judge")
    assert "Look only at" in Library.of(tmp_path, Config(), untrusted=True).find("judge").text
    write(folder, {"judge.prompty": text.replace("Judge only", "Look only at").replace("1.0.0", "1.0.1")})
    assert Library.of(tmp_path, Config()).find("judge").version == "1.0.1"
