"""Answers of a client while the process that serves it starts: the greeting and searches, without the library of the protocol.

That library takes most of a start. What is answered here is repeated to the process, whose own answer is then dropped: it has
to know the greeting, and it begins the index with the first search.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from codeassist import __version__

if TYPE_CHECKING:
    from codeassist.mcp.tools import Answer
    from codeassist.repositories import Repositories

INSTRUCTIONS = (
    "codeassist knows this repository: ask `search` before grep when you do not know the words of the code, `symbol` for "
    "definitions and users, `check` before you state facts about the code, `review` and `check_tests` before you say that a "
    "change is done."
)

REVISIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""The revisions of the protocol that begin with a greeting; the newer ones are left to the library."""

CAPABILITIES = {
    "prompts": {"listChanged": False},
    "resources": {"listChanged": False, "subscribe": False},
    "tools": {"listChanged": False},
}

DEFAULT_TOKENS = 1000
_OPTIONS = {"query": str, "scope": list, "max_tokens": int}


class Early:
    """Answers of one client, whose repositories are opened when they are first asked for."""

    def __init__(self, folders: Sequence[Path], *, together: bool) -> None:
        """Answer from these folders; see `Repositories`."""
        self._folders = folders
        self._together = together
        self._repositories: Repositories | None = None
        self._greeted = False

    def __enter__(self) -> Self:
        """Answer inside the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what was opened."""
        if self._repositories is not None:
            self._repositories.close()

    def answer(self, line: bytes) -> bytes | None:
        """The line that answers a line of the agent; None when only the process can answer it."""
        message = message_of(line)
        parameters = message.get("params")
        if message.get("id") is None or not isinstance(parameters, dict):
            return None
        if message.get("method") == "initialize":
            result = self._greeting(parameters)
        elif message.get("method") == "tools/call" and self._greeted:
            result = self._call(parameters)
        else:
            return None
        if result is None:
            return None
        return json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode() + b"\n"

    def _greeting(self, parameters: dict[str, Any]) -> dict[str, Any] | None:
        revision = parameters.get("protocolVersion")
        if revision not in REVISIONS or not isinstance(parameters.get("clientInfo"), dict):
            return None
        self._greeted = True
        return {
            "capabilities": CAPABILITIES,
            "instructions": INSTRUCTIONS,
            "protocolVersion": revision,
            "serverInfo": {"name": "codeassist", "version": __version__},
        }

    def _call(self, parameters: dict[str, Any]) -> dict[str, Any] | None:
        options = parameters.get("arguments")
        if parameters.get("name") != "search" or not isinstance(options, dict) or not options.get("query"):
            return None
        if any(type(value) is not _OPTIONS.get(name) for name, value in options.items()):
            return None
        scope = options.get("scope", [])
        if not all(isinstance(glob, str) for glob in scope):
            return None
        try:
            found = self._search(options["query"], scope, options.get("max_tokens", DEFAULT_TOKENS))
        except Exception:  # noqa: BLE001 - the process answers, and says what is wrong
            return None
        if found is None:
            return None
        content = [{"text": found.text, "type": "text"}]
        return {"content": content, "isError": False, "structuredContent": found.data}

    def _search(self, query: str, scope: Sequence[str], max_tokens: int) -> Answer | None:
        """The answer of the index if there is one, else of the files; None when several repositories are asked."""
        from codeassist.mcp import tools
        from codeassist.repositories import Repositories

        if self._repositories is None:
            self._repositories = Repositories(self._folders, together=self._together)
        if len(self._repositories) != 1:
            return None
        repository = self._repositories.get()
        if repository.has_index:
            return tools.search(repository, query, scope, max_tokens)
        return tools.scanned(repository, tools.search_request(query, scope, max_tokens), max_tokens)


def message_of(line: bytes) -> dict[str, Any]:
    """The JSON object of a line; empty when it has none."""
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
