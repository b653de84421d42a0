"""The coding agents that codeassist can be entered into, and the form each expects.

The files, keys and forms are those of the agents' own documentation, as of 2026-11.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SERVER = "codeassist"
"""The name of the entry in every agent's configuration."""

COMMAND, ARGUMENTS = "codeassist", ["mcp"]

_PLAIN: Mapping[str, Any] = {"command": COMMAND, "args": ARGUMENTS}
_STDIO: Mapping[str, Any] = {"type": "stdio", **_PLAIN}


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent: where its configuration is and what an entry looks like.

    `project` is the file in a repository ("" if the agent reads none), `user` the file below the home folder; `keys` is the
    path to the object (JSON), table (TOML) or mapping (YAML) that gets the entry; an empty `keys` means that the whole file is
    ours. `signs` are names in a repository or the home folder that show that the agent is used; `extra` are files of ours that
    the agent reads besides, by their path in the repository.
    """

    name: str
    title: str
    project: str
    user: str
    keys: tuple[str, ...] = ("mcpServers",)
    entry: Mapping[str, Any] = field(default_factory=lambda: _PLAIN)
    signs: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)


SKILL = """---
name: codeassist
description: >-
  Finds the code that answers a question about this repository, its definitions and callers, and checks what was said
  about it. Use it before grep when the words of the code are not known.
---

Use the tools of the MCP server `codeassist`; without it run the commands, which print JSON with `--json`:

- `codeassist search "where is the session refreshed" --json`: the lines that answer a question, an error message or a name.
- `codeassist symbols NAME --json`, `codeassist callers NAME --json`: where something is defined and who uses it.
- `codeassist review --json`: findings in the uncommitted change, before you say that you are done.
"""

_CONTINUE = {"name": SERVER, "version": "1.0.0", "schema": "v1", "mcpServers": [{"name": SERVER, **_PLAIN}]}
_CODE_USER = {
    "win32": "AppData/Roaming/Code/User",
    "darwin": "Library/Application Support/Code/User",
}.get(sys.platform, ".config/Code/User")

AGENTS: tuple[Agent, ...] = (
    Agent(
        "claude-code",
        "Claude Code",
        ".mcp.json",
        ".claude.json",
        entry=_STDIO,
        signs=(".claude", "CLAUDE.md", ".mcp.json"),
        extra={".claude/skills/codeassist/SKILL.md": SKILL},
    ),
    Agent("codex", "Codex CLI", ".codex/config.toml", ".codex/config.toml", ("mcp_servers",), signs=(".codex",)),
    Agent("cursor", "Cursor", ".cursor/mcp.json", ".cursor/mcp.json", signs=(".cursor", ".cursorrules")),
    Agent("vscode", "VS Code", ".vscode/mcp.json", f"{_CODE_USER}/mcp.json", ("servers",), _STDIO, (".vscode", _CODE_USER)),
    Agent("gemini-cli", "Gemini CLI", ".gemini/settings.json", ".gemini/settings.json", signs=(".gemini", "GEMINI.md")),
    Agent(
        "opencode",
        "OpenCode",
        "opencode.json",
        ".config/opencode/opencode.json",
        ("mcp",),
        {"type": "local", "command": [COMMAND, *ARGUMENTS], "enabled": True},
        ("opencode.json", ".opencode", ".config/opencode"),
    ),
    Agent(
        "zed",
        "Zed",
        ".zed/settings.json",
        "AppData/Roaming/Zed/settings.json" if sys.platform == "win32" else ".config/zed/settings.json",
        ("context_servers",),
        {**_PLAIN, "env": {}},
        (".zed", ".config/zed"),
    ),
    Agent(
        "windsurf",
        "Windsurf",
        "",
        ".codeium/windsurf/mcp_config.json",
        signs=(".windsurf", ".windsurfrules", ".codeium/windsurf"),
    ),
    Agent(
        "continue",
        "Continue",
        ".continue/mcpServers/codeassist.yaml",
        ".continue/mcpServers/codeassist.yaml",
        (),
        _CONTINUE,
        (".continue",),
    ),
    Agent(
        "goose",
        "Goose",
        "",
        "AppData/Roaming/Block/goose/config/config.yaml" if sys.platform == "win32" else ".config/goose/config.yaml",
        ("extensions",),
        {"name": SERVER, "type": "stdio", "enabled": True, "cmd": COMMAND, "args": ARGUMENTS, "envs": {}, "timeout": 300},
        (".config/goose", ".goosehints"),
    ),
    Agent("qwen-code", "Qwen Code", ".qwen/settings.json", ".qwen/settings.json", signs=(".qwen", "QWEN.md")),
    Agent("kilo", "Kilo Code", ".kilocode/mcp.json", "", signs=(".kilocode",)),
    Agent(
        "cline",
        "Cline",
        "",
        ".cline/data/settings/cline_mcp_settings.json",
        entry={**_PLAIN, "disabled": False},
        signs=(".cline", ".clinerules"),
    ),
    Agent(
        "amp",
        "Amp",
        ".amp/settings.json",
        ".config/amp/settings.json",
        ("amp.mcpServers",),
        signs=(".amp", ".config/amp"),
    ),
    Agent(
        "copilot-cli",
        "Copilot CLI",
        "",
        ".copilot/mcp-config.json",
        entry={"type": "local", **_PLAIN, "tools": ["*"]},
        signs=(".copilot",),
    ),
    Agent("roo", "Roo Code", ".roo/mcp.json", "", signs=(".roo", ".roorules")),
    Agent("kiro", "Kiro", ".kiro/settings/mcp.json", ".kiro/settings/mcp.json", signs=(".kiro",)),
    Agent("aider", "Aider", ".aider.conf.yml", ".aider.conf.yml", ("read",), {}, (".aider.conf.yml",)),
)
"""Every supported agent. Aider speaks no MCP: it is given AGENTS.md as a file that it reads."""


def home() -> Path:
    """The user's home folder, where the agents' own files are."""
    return Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home raises where the folder is not known
