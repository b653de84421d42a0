"""Prompt files are parsed strictly: every fault is an error with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.errors import PromptError
from codeassist.models.messages import Asking
from codeassist.prompts import parse
from codeassist.prompts.format import is_version, read
from codeassist.prompts.settings import PromptSettings
from tests.codeassist.prompts.conftest import FRONT, greet

PATH = Path("greet.prompty")


def front(line: str) -> str:
    """A prompt with another line of front matter, the seventh of the file."""
    return greet().replace("template:", f"{line}\ntemplate:")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("no front matter", r":1: a prompt starts with front matter"),
        ("---\nname: x\n---\nuser:\nhi", r":1: the front matter lacks 'version'"),
        (greet().replace("1.0.0", "one"), r":3: the version must look like 1.2.0, not 'one'"),
        (greet().replace("description", "descripton"), r":4: unknown key 'descripton'"),
        (greet().replace("{type: string}", "{type: text}"), r":6: the input 'who' needs a type"),
        (greet().replace("{type: string}", "{type: string, defalt: x}"), r":6: unknown key 'defalt'"),
        (greet().replace("{type: string}", "{type: number, default: x}"), r":6: the default of 'who' is not of type number"),
        (greet().replace("Greets.", "Greets: [x"), r":\d: not valid YAML"),
        (greet("hello\nuser:\nhi"), r":9: the body must start with a role"),
        (greet(""), r":9: the body is empty"),
        (greet().replace("jinja2", "mustache"), r":7: the template's type must be jinja2"),
    ],
)
def test_an_invalid_file_is_an_error_with_its_line(text, place):
    with pytest.raises(PromptError, match=place):
        parse(text, Path("greet.prompty"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (front("model: 3"), ":7: 'model' and its 'response', 'configuration' and 'parameters' must be mappings"),
        (front("model: {response: x}"), ":7: 'model' and its 'response', 'configuration' and 'parameters' must be mappings"),
        (front("model: {response: {schema: {type: nothing}}}"), ":7: 'schema' is not a valid JSON schema"),
        (front("model: {configuration: {context_window: big}}"), ":7: 'context_window' must be a number"),
        (
            front("model: {configuration: 3}"),
            ":7: 'model' and its 'response', 'configuration' and 'parameters' must be mappings",
        ),
        (front("sample: [x]"), ":7: 'sample' must map inputs to values"),
        (greet().replace("{type: jinja2}", "5"), ":7: the template's type must be jinja2"),
        (greet().replace("{type: jinja2}", "[jinja2]"), ":7: the template's type must be jinja2"),
        (greet().replace("{type: string}", "{type: [string]}"), ":6: the input 'who' needs a type"),
        (greet().replace("{type: string}", "string"), ":6: the input 'who' needs a type"),
        (greet().replace("inputs:\n  who: {type: string}", "inputs: [who]"), ":5: 'inputs' must map names to their types"),
        (greet().replace("Greets.", "2001-99-99"), ":1: not valid YAML: month must be in"),
        (greet().replace("Greets.", "[" * 3_000), "not valid YAML"),
        ("---\n- a\n---\nuser:\nhi", ":2: the front matter must be a mapping"),
    ],
)
def test_values_of_the_wrong_kind_are_errors_with_their_line(text, place):
    with pytest.raises(PromptError, match=place):
        parse(text, PATH)


def test_a_prompt_has_everything_that_its_file_states():
    text = FRONT.format(version="2.10.0").replace(
        "  who: {type: string}",
        "  who: {type: string, description: a name}\n  loud: {type: boolean, default: false}\n"
        "model: {response: {schema: {type: object}}, parameters: {temperature: 0}, configuration: {context_window: 4000}}\n"
        "sample: {who: Ada}",
    )
    prompt = parse(text + "\nsystem:\nBe kind.\n\n# User :\nHello {{ who }}\n", PATH)
    assert (prompt.id, prompt.version_key, prompt.description) == ("greet@2.10.0", (2, 10, 0), "Greets.")
    assert [(i.name, i.type, i.required, i.default) for i in prompt.inputs] == [
        ("who", "string", True, None),
        ("loud", "boolean", False, False),
    ]
    assert prompt.inputs[0].description == "a name"
    assert [(s.role, s.template.strip()) for s in prompt.sections] == [("system", "Be kind."), ("user", "Hello {{ who }}")]
    assert [s.line for s in prompt.sections] == [14, 17]
    assert prompt.needed_schema == {"type": "object"}
    assert prompt.settings == PromptSettings({"type": "object"}, 0.0, 0, 4000)
    assert prompt.asking == Asking("greet@2.10.0", 0.0, 0, 4000)
    assert prompt.sample == {"who": "Ada"}


def test_a_prompt_without_a_schema_cannot_be_read_as_json():
    with pytest.raises(PromptError, match=r"greet.prompty:1: 'greet' must declare model.response.schema"):
        _ = parse(greet(), PATH).needed_schema


def test_line_endings_and_byte_order_marks_do_not_change_the_hash(tmp_path):
    (tmp_path / "unix.prompty").write_bytes(greet().encode())
    (tmp_path / "windows.prompty").write_bytes(b"\xef\xbb\xbf" + greet().replace("\n", "\r\n").encode())
    unix, windows = read(tmp_path / "unix.prompty"), read(tmp_path / "windows.prompty")
    assert unix.content_hash == windows.content_hash
    assert unix.content_hash != parse(greet("user:\nBye {{ who }}"), PATH).content_hash


def test_the_hash_of_the_inputs_depends_on_names_types_and_defaults_only():
    def inputs_hash(declared: str) -> str:
        return parse(greet().replace("  who: {type: string}", declared), PATH).inputs_hash

    base = inputs_hash("  a: {type: string}\n  b: {type: number}")
    assert base == inputs_hash("  b: {type: number, description: other}\n  a: {type: string}")
    others = [
        "  a: {type: string}",
        "  a: {type: string}\n  b: {type: object}",
        "  a: {type: string}\n  b: {type: number, default: 1}",
    ]
    assert base not in {inputs_hash(declared) for declared in others}


@pytest.mark.parametrize(
    ("text", "valid"),
    [("1.2.0", True), ("0.0.0", True), ("1.2", False), ("1.2.0.1", False), ("v1.2.0", False), ("1.2.0\n", False)],
)
def test_versions(text, valid):
    assert is_version(text) is valid


def test_a_file_that_cannot_be_read_is_an_error(tmp_path):
    (tmp_path / "x.prompty").write_bytes(b"\xff")
    for path in (tmp_path / "x.prompty", tmp_path / "missing.prompty", tmp_path):
        with pytest.raises(PromptError, match="Cannot read"):
            read(path)


@given(st.text(alphabet="nameversion: -[]{}\n&*!'\"0123\t#|>", max_size=80))
def test_odd_front_matter_is_never_an_unexpected_error(text):
    with pytest.raises(PromptError):
        parse(f"---\n{text}\n---\nuser:\nhi", PATH)


@given(
    st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), st.text(alphabet="ab {}:#", max_size=20)), min_size=1)
)
def test_every_role_line_starts_a_message(sections):
    body = "".join(f"{role}:\n{text}\n" for role, text in sections)
    prompt = parse(greet(body), PATH)
    assert [(s.role, s.template.split("\n")[0]) for s in prompt.sections] == sections
    lines = greet(body).split("\n")
    assert [lines[s.line - 1] for s in prompt.sections] == [text for _, text in sections]
