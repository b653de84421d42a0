"""The files for registries and marketplaces are up to date and have the documented forms."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[1]

TEXT = {"type": "string", "minLength": 1}
ARGUMENT = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"enum": ["positional", "named"]},
        "format": {"enum": ["string", "number", "boolean", "filepath"]},
        "isRepeated": {"type": "boolean"},
    },
    "oneOf": [
        {"properties": {"type": {"const": "positional"}}, "anyOf": [{"required": ["value"]}, {"required": ["valueHint"]}]},
        {"properties": {"type": {"const": "named"}}, "required": ["name"]},
    ],
}
PACKAGE = {
    "type": "object",
    "required": ["registryType", "identifier", "version", "transport"],
    "properties": {
        "registryType": {"enum": ["npm", "pypi", "oci", "nuget", "mcpb"]},
        "identifier": TEXT,
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
        "runtimeHint": TEXT,
        "runtimeArguments": {"type": "array", "items": ARGUMENT},
        "packageArguments": {"type": "array", "items": ARGUMENT},
        "environmentVariables": {"type": "array"},
        "transport": {"type": "object", "required": ["type"], "properties": {"type": {"const": "stdio"}}},
    },
    "additionalProperties": False,
}
ENTRY = {
    "type": "object",
    "required": ["$schema", "name", "description", "version", "packages"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$", "maxLength": 200},
        "description": {"type": "string", "minLength": 1, "maxLength": 100},
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
        "repository": {"type": "object", "required": ["url", "source"]},
        "packages": {"type": "array", "minItems": 1, "items": PACKAGE},
    },
}
"""What the registry requires, in our own words; its limits are stricter than those of a client."""


@pytest.fixture(scope="module")
def publishing():
    spec = importlib.util.spec_from_file_location("publishing", ROOT / "docs" / "publishing.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_are_up_to_date(publishing):
    for path, content in publishing.files().items():
        assert (ROOT / path).read_text(encoding="utf-8") == content, "run: python docs/publishing.py"


def test_the_entry_has_the_form_of_the_registry(publishing):
    entry = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))
    jsonschema.validate(entry, ENTRY)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = entry["packages"][0]
    assert (package["identifier"], package["version"], entry["version"]) == (
        project["name"],
        project["version"],
        project["version"],
    )
    assert publishing.MARKER in (ROOT / "README.md").read_text(encoding="utf-8")
    assert package["identifier"] in project["scripts"]  # the program that uvx runs
    assert re.fullmatch(r"mcp>=.*", package["runtimeArguments"][0]["value"])


def test_the_program_that_is_named_like_the_package_serves():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module = scripts[json.loads((ROOT / "server.json").read_text(encoding="utf-8"))["packages"][0]["identifier"]]
    shown = subprocess.run(
        [sys.executable, "-m", module.partition(":")[0], "mcp", "--help"], capture_output=True, text=True, check=True
    )
    assert "--repo" in shown.stdout


def test_the_plugin_is_complete(publishing):
    folder = ROOT / publishing.PLUGIN
    manifest = json.loads((folder / ".claude-plugin" / "plugin.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", manifest["name"])
    assert {path.name for path in (folder / ".claude-plugin").iterdir()} == {"plugin.json"}
    servers = json.loads((folder / ".mcp.json").read_text(encoding="utf-8"))["mcpServers"]
    assert servers[manifest["name"]] == {"command": "codeassist", "args": ["mcp"]}
    skill = (folder / "skills" / "codeassist" / "SKILL.md").read_text(encoding="utf-8")
    assert re.match(r"---\nname: codeassist\ndescription: ", skill)
    market = json.loads((ROOT / ".claude-plugin" / "marketplace.json").read_text(encoding="utf-8"))
    assert (ROOT / market["plugins"][0]["source"] / ".claude-plugin" / "plugin.json").is_file()
    assert market["owner"]["name"]
