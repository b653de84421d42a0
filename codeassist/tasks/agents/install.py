"""Write the entries, the instructions for agents and the files of ours, and take them out again."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.errors import UsageError
from codeassist.tasks.agents.documents import has_entry, whole_yaml, with_entry, without_entry
from codeassist.tasks.agents.table import AGENTS, SERVER, Agent, home

INSTRUCTIONS = "AGENTS.md"
_BEGIN, _END = "<!-- codeassist: begin -->", "<!-- codeassist: end -->"
BLOCK = f"""{_BEGIN}
## Finding code

This repository is indexed by codeassist. Before you search with grep or open files to look around:

- `search` (MCP server `codeassist`): a question, an error message or a name; it returns the lines that answer.
- `symbol`: where a name is defined and who uses it.
- `check`: whether what you are about to say about this code is borne out by it.
- `review`: findings in the uncommitted change, before you say that you are done.
{_END}
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """A file before and after; `before` is None for a new file, `after` for one that is removed."""

    path: Path
    before: str | None
    after: str | None

    def diff(self) -> str:
        """The change as a unified diff."""
        old, new = ((text or "").splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(difflib.unified_diff(old, new, str(self.path), str(self.path)))


@dataclass(frozen=True, slots=True)
class AgentState:
    """Whether an agent seems to be used here, and the files that have an entry of ours."""

    agent: Agent
    used: bool
    installed: tuple[Path, ...]

    def as_json(self) -> dict[str, Any]:
        """One element of the JSON form of `codeassist install --list`."""
        return {"name": self.agent.name, "used": self.used, "installed": [str(path) for path in self.installed]}


@dataclass(slots=True)
class InstallResult:
    """The edits, which were made unless it was a dry run, and what could not be done and why."""

    edits: list[Edit] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.install/1`."""
        edits = [{"path": str(e.path), "new": e.before is None, "removed": e.after is None} for e in self.edits]
        return {"schema": "codeassist.install/1", "edits": edits, "problems": self.problems}


def overview(root: Path) -> list[AgentState]:
    """Every agent, whether it is used, and whether codeassist is installed in it."""
    return [AgentState(a, _used(a, root), tuple(p for p in _files(a, root) if _installed(a, p))) for a in AGENTS]


def install(root: Path, names: Sequence[str], *, user: bool = False, dry_run: bool = False) -> InstallResult:
    """Enter codeassist into the named agents, or those that are used here; `user`: for all repositories of the user.

    Raises `UsageError` for an unknown agent, or when no name is given and no agent is found.
    """
    result = InstallResult()
    for agent in _chosen(root, names):
        path = _file(agent, root, user=user)
        if path is None:
            result.problems.append(f"{agent.title} has no configuration {'for a user' if user else 'in a repository'}.")
            continue
        _edit(result, path, lambda text, agent=agent, path=path: _added(agent, path, text))
        if not user:
            for name, content in agent.extra.items():
                _edit(result, root / name, lambda text, content=content: content if text is None else text)
    if not user and result.edits:
        _edit(result, root / INSTRUCTIONS, _with_block)
    return _done(result, dry_run=dry_run)


def uninstall(root: Path, names: Sequence[str], *, dry_run: bool = False) -> InstallResult:
    """Take codeassist out of the named agents, or of all: what `install` wrote is removed to the last byte."""
    result = InstallResult()
    chosen = _chosen(root, names) if names else list(AGENTS)
    for agent in chosen:
        for path in _files(agent, root):
            if _installed(agent, path):
                _edit(result, path, lambda text, agent=agent, path=path: _removed(agent, path, text or ""))
        for name, content in agent.extra.items():
            _edit(result, root / name, lambda text, content=content: None if text == content else text)
    others = [state for state in overview(root) if state.installed and state.agent not in chosen]
    if not any(path.is_relative_to(root) for state in others for path in state.installed):
        _edit(result, root / INSTRUCTIONS, _without_block)
    return _done(result, dry_run=dry_run)


def _chosen(root: Path, names: Sequence[str]) -> list[Agent]:
    known = {agent.name: agent for agent in AGENTS}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), 1)
            meant = f" did you mean '{near[0]}'?" if near else ""
            raise UsageError(f"There is no agent '{name}';{meant} 'codeassist install --list' lists them.")
    chosen = [known[name] for name in names] or [agent for agent in AGENTS if _used(agent, root)]
    if not chosen:
        raise UsageError("No agent was found here; name one, such as 'codeassist install claude-code' (--list lists them).")
    return chosen


def _used(agent: Agent, root: Path) -> bool:
    return any((folder / sign).exists() for sign in agent.signs for folder in (root, home()))


def _file(agent: Agent, root: Path, *, user: bool) -> Path | None:
    """The file to write: in the repository where the agent reads one, unless `user`."""
    if agent.project and not user:
        return root / agent.project
    return (home() / agent.user).resolve() if agent.user else None  # a dot file may be a link to where the user keeps it


def _files(agent: Agent, root: Path) -> list[Path]:
    return list(dict.fromkeys(p for p in (_file(agent, root, user=False), _file(agent, root, user=True)) if p is not None))


def _entry_name(agent: Agent) -> str:
    return SERVER if agent.entry else INSTRUCTIONS


def _installed(agent: Agent, path: Path) -> bool:
    try:
        text = _text(path)
        if text is None:
            return False
        if not agent.keys:
            return text == whole_yaml(agent.entry)
        return has_entry(text, path.suffix, agent.keys, _entry_name(agent))
    except UsageError:
        return False


def _added(agent: Agent, path: Path, text: str | None) -> str:
    if not agent.keys:
        return whole_yaml(agent.entry)
    if has_entry(text or "", path.suffix, agent.keys, _entry_name(agent)):
        return text or ""
    return with_entry(text or "", path.suffix, agent.keys, _entry_name(agent), agent.entry)


def _removed(agent: Agent, path: Path, text: str) -> str | None:
    if not agent.keys:
        return None
    return without_entry(text, path.suffix, agent.keys, _entry_name(agent), agent.entry) or None


def _with_block(text: str | None) -> str:
    if text and _BEGIN in text:
        return text
    return f"{text}\n{BLOCK}" if text else BLOCK


def _without_block(text: str | None) -> str | None:
    if not text or BLOCK not in text:
        return text
    return text.replace(f"\n{BLOCK}", "", 1) if f"\n{BLOCK}" in text else text.replace(BLOCK, "", 1) or None


def _text(path: Path) -> str | None:
    if path.is_symlink():
        raise UsageError(f"{path} is a symbolic link")
    try:
        with path.open(encoding="utf-8", newline="") as handle:  # line endings stay as they are
            return handle.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"it cannot be read ({error})") from error


def _edit(result: InstallResult, path: Path, change: Any) -> None:
    """Record the change of a file, if there is one; a file that is not understood becomes a problem."""
    try:
        before = _text(path)
        after = change(before)
    except UsageError as error:
        result.problems.append(f"{path} is left as it is: {error}.")
        return
    if after != before:
        result.edits.append(Edit(path, before, after))


def _done(result: InstallResult, *, dry_run: bool) -> InstallResult:
    if not dry_run:
        for edit in result.edits:
            _write(edit)
    return result


def _write(edit: Edit) -> None:
    if edit.after is None:
        edit.path.unlink()
        for folder in edit.path.parents:  # folders that were made for this file
            if folder == home() or any(folder.iterdir()):
                break
            folder.rmdir()
        return
    edit.path.parent.mkdir(parents=True, exist_ok=True)
    temporary = edit.path.with_name(f"{edit.path.name}.codeassist-new")
    with temporary.open("w", encoding="utf-8", newline="") as handle:
        handle.write(edit.after)
    temporary.replace(edit.path)
