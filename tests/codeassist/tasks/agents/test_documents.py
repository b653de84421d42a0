"""An entry in a configuration file: added at its place, taken out to the last byte."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.errors import UsageError
from codeassist.tasks.agents.documents import has_entry, with_entry, without_entry

ENTRY = {"command": "codeassist", "args": ["mcp"], "env": {}}
COMMENTED = """{
    // the theme
    "theme": "dark", /* and { more } */
    "mcpServers": {
        "other": { "command": "x", "args": ["}", "//"] }, // last
    },
}
"""


def bare(text):
    """The JSON of a text with comments and trailing commas."""
    text = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or "", text, flags=re.DOTALL)
    return json.loads(re.sub(r'("(?:[^"\\]|\\.)*")|,(\s*[}\]])', lambda m: m[1] or m[2], text))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ("mcpServers",)),
        ("{}", ("mcpServers",)),
        ("{}\n", ("a", "b")),
        ('{"mcpServers": {}}', ("mcpServers",)),
        ('{\n\t"mcpServers": {\n\t\t"x": {}\n\t}\n}\n', ("mcpServers",)),
        ('{"a.b": 1, "mcpServers": {"x": {"y": [1, {"z": "}"}]}}, "c": null}', ("mcpServers",)),
        (COMMENTED, ("mcpServers",)),
        (COMMENTED, ("context_servers",)),
        ('{\r\n  "a": 1\r\n}\r\n', ("mcpServers",)),
    ],
)
def test_json_gets_one_entry_and_loses_it_again(text, keys):
    added = with_entry(text, ".json", keys, "codeassist", ENTRY)
    value, before = bare(added), bare(text) if text else {}
    inner = value
    for key in keys:
        inner = inner[key]
    assert inner["codeassist"] == ENTRY
    assert has_entry(added, ".json", keys, "codeassist")
    assert not has_entry(text, ".json", keys, "codeassist")
    assert {k: v for k, v in value.items() if k != keys[0]} == {k: v for k, v in before.items() if k != keys[0]}
    assert without_entry(added, ".json", keys, "codeassist", ENTRY) == text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(max_size=5), VALUES, max_size=4),
    st.dictionaries(st.text(max_size=5), VALUES, max_size=3) | st.none(),
    st.sampled_from([None, 1, 2, 4, "\t"]),
    st.booleans(),
)
def test_any_json_object_is_restored(others, servers, indent, ascii_only):
    document = others if servers is None else others | {"servers": servers}
    if servers is None:
        document.pop("servers", None)
    elif "codeassist" in servers:
        return
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    added = with_entry(text, ".json", ("servers",), "codeassist", ENTRY)
    assert json.loads(added) == document | {"servers": (servers or {}) | {"codeassist": ENTRY}}
    assert without_entry(added, ".json", ("servers",), "codeassist", ENTRY) == text


@pytest.mark.parametrize("text", ["", 'model = "x"\n', 'model = "x"', "[a]\nb = 1\n\n[mcp_servers.other]\ncommand = 'x'\n"])
def test_toml(text):
    added = with_entry(text, ".toml", ("mcp_servers",), "codeassist", {"command": "codeassist", "args": ["mcp"]})
    assert tomllib.loads(added)["mcp_servers"]["codeassist"] == {"command": "codeassist", "args": ["mcp"]}
    assert has_entry(added, ".toml", ("mcp_servers",), "codeassist")
    assert without_entry(added, ".toml", ("mcp_servers",), "codeassist", {"command": "codeassist", "args": ["mcp"]}) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "provider: x\n",
        "extensions:\n  a:\n    enabled: true\n",
        "extensions:  # mine\n    a:\n        enabled: true\nlast: 1\n",
        "last: 1\nextensions:\n",
    ],
)
def test_yaml(text):
    yaml = pytest.importorskip("yaml")
    added = with_entry(text, ".yaml", ("extensions",), "codeassist", ENTRY)
    assert yaml.safe_load(added)["extensions"]["codeassist"] == ENTRY
    assert has_entry(added, ".yaml", ("extensions",), "codeassist")
    assert without_entry(added, ".yaml", ("extensions",), "codeassist", ENTRY) == text


@pytest.mark.parametrize("text", ["[]", "{", '{"mcpServers": []}', '{"a" 1}', "nonsense", '{"mcpServers": {"x": [}'])
def test_a_file_that_is_not_understood_is_refused(text):
    with pytest.raises(UsageError):
        with_entry(text, ".json", ("mcpServers",), "codeassist", ENTRY)


def test_an_entry_that_was_changed_is_not_taken_out():
    changed = with_entry("{}", ".json", ("mcpServers",), "codeassist", ENTRY).replace('"mcp"', '"mcp", "--here"')
    with pytest.raises(UsageError, match="changed by hand"):
        without_entry(changed, ".json", ("mcpServers",), "codeassist", ENTRY)
