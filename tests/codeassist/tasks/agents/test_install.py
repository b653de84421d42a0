"""Installing into every agent: the documented form, what exists is kept, and removal leaves no byte."""

from __future__ import annotations

import json
import tomllib

import pytest

from codeassist.errors import UsageError
from codeassist.tasks.agents import AGENTS, install, overview, uninstall
from tests.conftest import write

PLAIN = {"command": "codeassist", "args": ["mcp"]}

DOCUMENTED = {
    "claude-code": (".mcp.json", lambda d: d["mcpServers"]["codeassist"], {"type": "stdio", **PLAIN}),
    "codex": (".codex/config.toml", lambda d: d["mcp_servers"]["codeassist"], PLAIN),
    "cursor": (".cursor/mcp.json", lambda d: d["mcpServers"]["codeassist"], PLAIN),
    "vscode": (".vscode/mcp.json", lambda d: d["servers"]["codeassist"], {"type": "stdio", **PLAIN}),
    "gemini-cli": (".gemini/settings.json", lambda d: d["mcpServers"]["codeassist"], PLAIN),
    "opencode": (
        "opencode.json",
        lambda d: d["mcp"]["codeassist"],
        {"type": "local", "command": ["codeassist", "mcp"], "enabled": True},
    ),
    "zed": (".zed/settings.json", lambda d: d["context_servers"]["codeassist"], {**PLAIN, "env": {}}),
    "windsurf": ("~/.codeium/windsurf/mcp_config.json", lambda d: d["mcpServers"]["codeassist"], PLAIN),
    "continue": (".continue/mcpServers/codeassist.yaml", lambda d: d["mcpServers"][0], {"name": "codeassist", **PLAIN}),
    "goose": (
        "~/.config/goose/config.yaml",
        lambda d: {k: d["extensions"]["codeassist"][k] for k in ("type", "cmd", "args", "enabled")},
        {"type": "stdio", "cmd": "codeassist", "args": ["mcp"], "enabled": True},
    ),
    "qwen-code": (".qwen/settings.json", lambda d: d["mcpServers"]["codeassist"], PLAIN),
    "kilo": (".kilocode/mcp.json", lambda d: d["mcpServers"]["codeassist"], PLAIN),
    "cline": (
        "~/.cline/data/settings/cline_mcp_settings.json",
        lambda d: d["mcpServers"]["codeassist"],
        {**PLAIN, "disabled": False},
    ),
    "amp": (".amp/settings.json", lambda d: d["amp.mcpServers"]["codeassist"], PLAIN),
    "copilot-cli": (
        "~/.copilot/mcp-config.json",
        lambda d: d["mcpServers"]["codeassist"],
        {"type": "local", **PLAIN, "tools": ["*"]},
    ),
    "roo": (".roo/mcp.json", lambda d: d["mcpServers"]["codeassist"], PLAIN),
    "kiro": (".kiro/settings/mcp.json", lambda d: d["mcpServers"]["codeassist"], PLAIN),
    "aider": (".aider.conf.yml", lambda d: d["read"], ["AGENTS.md"]),
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty repository, and an empty home folder beside it."""
    home, root = tmp_path / "home", tmp_path / "repo"
    for folder in (home, root):
        folder.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setattr("sys.platform", "linux")
    return root, home


def everything(*folders):
    return {path: path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()}


def loaded(path):
    text = path.read_text()
    if path.suffix == ".toml":
        return tomllib.loads(text)
    return json.loads(text) if path.suffix == ".json" else pytest.importorskip("yaml").safe_load(text)


@pytest.mark.parametrize("name", [agent.name for agent in AGENTS])
def test_an_agent_gets_its_documented_form_and_loses_it_again(place, name):
    root, home = place
    file, entry, expected = DOCUMENTED[name]
    path = home / file[2:] if file.startswith("~/") else root / file
    write(root, {"README.md": "# Mine\n"})
    before = everything(root, home)
    result = install(root, [name])
    assert result.problems == []
    assert entry(loaded(path)) == expected
    assert "codeassist" in (root / "AGENTS.md").read_text()
    assert install(root, [name]).edits == []
    assert [state.agent.name for state in overview(root) if state.installed] == [name]
    assert uninstall(root, []).problems == []
    assert everything(root, home) == before
    assert [p.name for p in root.iterdir()] == ["README.md"]


def test_what_the_user_has_is_kept(place):
    root, home = place
    files = {
        ".mcp.json": '{\n  "mcpServers": {\n    "mine": {"command": "x"}\n  }\n}\n',
        ".vscode/mcp.json": '{\n\t// servers\n\t"servers": {},\n}\n',
        ".codex/config.toml": 'model = "m"',
        "AGENTS.md": "# Rules\n\nBe kind.\n",
    }
    write(root, files)
    before = everything(root, home)
    result = install(root, [])
    assert {edit.path.name for edit in result.edits} == {"mcp.json", ".mcp.json", "config.toml", "AGENTS.md", "SKILL.md"}
    assert "mine" in loaded(root / ".mcp.json")["mcpServers"]
    assert (root / "AGENTS.md").read_text().startswith(files["AGENTS.md"])
    uninstall(root, [])
    assert everything(root, home) == before


def test_a_dry_run_shows_the_change_and_makes_none(place):
    root, home = place
    result = install(root, ["cursor"], dry_run=True)
    assert '+    "codeassist": {' in result.edits[0].diff()
    assert everything(root, home) == {}


def test_for_a_user(place):
    root, home = place
    assert install(root, ["cursor"], user=True).problems == []
    assert everything(root, home).keys() == {home / ".cursor/mcp.json"}
    assert install(root, ["kilo"], user=True).problems == ["Kilo Code has no configuration for a user."]


def test_files_that_are_not_understood_or_are_links_are_left(place):
    root, home = place
    write(root, {".cursor/mcp.json": "not JSON"})
    secret = write(home, {"secret.json": "{}"}) / "secret.json"
    (root / ".mcp.json").symlink_to(secret)
    result = install(root, ["cursor", "claude-code"])
    assert len(result.problems) == 2
    assert secret.read_text() == "{}"
    assert (root / ".cursor/mcp.json").read_text() == "not JSON"


def test_an_entry_changed_by_hand_stays(place):
    root, _ = place
    install(root, ["cursor"])
    path = root / ".cursor/mcp.json"
    path.write_text(path.read_text().replace('"mcp"', '"mcp", "-C", "elsewhere"'))
    assert "changed by hand" in uninstall(root, ["cursor"]).problems[0]
    assert "elsewhere" in path.read_text()


def test_unknown_and_absent_agents(place):
    root, _ = place
    with pytest.raises(UsageError, match="no agent 'clod'"):
        install(root, ["clod"])
    with pytest.raises(UsageError, match="No agent was found"):
        install(root, [])
