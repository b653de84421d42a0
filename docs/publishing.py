"""Generate what registries and marketplaces of agents read: `server.json`, the plugin for Claude Code and its marketplace.

python docs/publishing.py

The forms are those of the MCP registry (schema of 2025-12-11) and of Claude Code's documentation, as of 2026-11. A test fails
when a file is out of date. A fork that publishes under another name changes NAME, PLACE, and the marker in README.md.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codeassist import __version__
from codeassist.tasks.agents.table import ARGUMENTS, COMMAND, SERVER, SKILL

ROOT = Path(__file__).parents[1]
NAME = "io.github.codeassist/codeassist"
PLACE = "https://github.com/codeassist/codeassist"
PLUGIN = "plugins/claude-code"
MARKER = f"<!-- mcp-name: {NAME} -->"
"""In the README of the published package it proves that the entry and the package have the same owner."""

ABOUT = "Search, symbols, checks of claims, review and test audit of a local repository, with citations."


def files() -> dict[str, str]:
    """Path below the root -> content, of every generated file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    plugin = {
        "name": SERVER,
        "version": __version__,
        "description": ABOUT,
        "author": {"name": project["authors"][0]["name"]},
        "repository": PLACE,
        "license": project["license"],
        "keywords": project["keywords"],
    }
    marketplace = {
        "name": SERVER,
        "owner": plugin["author"],
        "plugins": [{"name": SERVER, "source": f"./{PLUGIN}", "description": ABOUT, "version": __version__}],
    }
    return {
        "server.json": _json(server(project)),
        f"{PLUGIN}/.claude-plugin/plugin.json": _json(plugin),
        f"{PLUGIN}/.mcp.json": _json({"mcpServers": {SERVER: {"command": COMMAND, "args": ARGUMENTS}}}),
        f"{PLUGIN}/skills/{SERVER}/SKILL.md": SKILL,
        ".claude-plugin/marketplace.json": _json(marketplace),
    }


def server(project: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of the MCP registry for the package that `[project]` of pyproject.toml describes.

    `uvx` runs the program that is named like the package; the extra that it needs is added by its requirement.
    """
    needed = project["optional-dependencies"]["mcp"][0]
    return {
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": NAME,
        "title": SERVER,
        "description": ABOUT,
        "version": __version__,
        "repository": {"url": PLACE, "source": "github"},
        "packages": [
            {
                "registryType": "pypi",
                "identifier": project["name"],
                "version": __version__,
                "runtimeHint": "uvx",
                "runtimeArguments": [{"type": "named", "name": "--with", "value": needed}],
                "packageArguments": [
                    {"type": "positional", "value": "mcp"},
                    {
                        "type": "named",
                        "name": "--repo",
                        "description": "The folder of a repository to serve; without it the current folder.",
                        "format": "filepath",
                        "isRepeated": True,
                    },
                ],
                "transport": {"type": "stdio"},
            }
        ],
    }


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, content in files().items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
