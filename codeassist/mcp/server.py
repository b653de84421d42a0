"""The MCP server: few tools with small schemas, over standard input and output or HTTP.

The official SDK speaks the current revision of the protocol (stateless, no handshake) and the older ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from mcp.types import Prompt as ListedPrompt
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from codeassist import __version__
from codeassist.errors import CodeassistError, WorkspaceError
from codeassist.mcp import several, tools
from codeassist.mcp.early import DEFAULT_TOKENS, INSTRUCTIONS
from codeassist.repositories import Repositories, Repository
from indexers import IndexerError, IndexMissingError

_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def _short(schema: dict[str, Any]) -> None:
    """Take out of the schema of a result what says nothing new: an agent pays for each token."""
    schema.pop("title", None)
    schema.pop("description", None)
    for field in schema.get("properties", {}).values():
        field.pop("title", None)
        field.get("items", {}).pop("additionalProperties", None)


_SHORT = ConfigDict(json_schema_extra=_short)

Repo = Annotated[str, Field(description="Which repository of several.")]


class SearchData(TypedDict):
    """Places, how well they match, and the state of the index."""

    __pydantic_config__ = _SHORT  # type: ignore[misc]

    results: list[dict[str, Any]]
    match: str
    index: str


class SymbolData(TypedDict):
    """Definitions, uses and the state of the index."""

    __pydantic_config__ = _SHORT  # type: ignore[misc]

    definitions: list[dict[str, Any]]
    uses: list[dict[str, Any]]
    tests: list[dict[str, Any]]
    index: str


class CheckData(TypedDict):
    """Claims and the state of the index."""

    __pydantic_config__ = _SHORT  # type: ignore[misc]

    claims: list[dict[str, Any]]
    index: str


class TestsData(TypedDict):
    """Weak tests, changed lines whose faults no test sees, and what was not tried."""

    __pydantic_config__ = _SHORT  # type: ignore[misc]

    weaknesses: list[dict[str, Any]]
    changed_lines: list[dict[str, Any]]
    incomplete: list[str]


class ReviewData(TypedDict):
    """Findings and notes."""

    __pydantic_config__ = _SHORT  # type: ignore[misc]

    findings: list[dict[str, Any]]
    notes: list[str]


class _Server(MCPServer[Any]):
    """A server that reads the shipped prompts when they are first asked for: reading them takes longer than a search."""

    _has_prompts = False

    async def list_prompts(self) -> list[ListedPrompt]:
        """The shipped prompts."""
        self._read_prompts()
        return await super().list_prompts()

    async def get_prompt(self, *arguments: Any, **options: Any) -> Any:
        """A shipped prompt with its inputs filled in."""
        self._read_prompts()
        return await super().get_prompt(*arguments, **options)

    def _read_prompts(self) -> None:
        if self._has_prompts:
            return
        from codeassist.mcp.prompts import shipped_prompts

        self._has_prompts = True
        for prompt in shipped_prompts():
            self.add_prompt(prompt)


class _Answers:
    """Runs the tools; their errors become results."""

    def __init__(self, repositories: Repositories) -> None:
        self._repositories = repositories

    def of_all(self, repo: str) -> bool:
        """Whether a call concerns every repository."""
        return not repo and len(self._repositories) > 1

    def result(self, run: Callable[[], tools.Answer]) -> CallToolResult:
        """The result of a call."""
        try:
            found = run()
        except (CodeassistError, IndexerError) as error:
            return CallToolResult(content=[TextContent(type="text", text=str(error))], is_error=True)
        return CallToolResult(content=[TextContent(type="text", text=found.text)], structured_content=found.data)

    def one(self, repo: str, run: Callable[[Repository], tools.Answer]) -> CallToolResult:
        """The result of a call that concerns one repository."""

        def answer() -> tools.Answer:
            repository = self._repositories.get(repo)
            try:
                return run(repository)
            except IndexMissingError as error:
                raise WorkspaceError(f"There is no answer yet: {repository.state()}.") from error

        return self.result(answer)

    def each(self, repo: str, run: Callable[[Repository], tools.Answer]) -> CallToolResult:
        """The result of a call that concerns one repository, or each of them."""
        if self.of_all(repo):
            return self.result(lambda: several.each(self._repositories, run))
        return self.one(repo, run)


def make_server(repositories: Repositories) -> MCPServer[Any]:
    """A server for these repositories; run it with `run`."""
    server: MCPServer[Any] = _Server("codeassist", instructions=INSTRUCTIONS, version=__version__, log_level="ERROR")

    answers = _Answers(repositories)

    @server.tool(annotations=_READ_ONLY)
    def search(
        query: Annotated[str, Field(description="A question, error message, log line, name or path.")] = "",
        pattern: Annotated[str, Field(description="Instead: a regular expression within a line.")] = "",
        scope: Annotated[list[str], Field(description="Path globs, such as src/**.")] = [],  # noqa: B006
        max_tokens: int = DEFAULT_TOKENS,
        repo: Repo = "",
    ) -> Annotated[CallToolResult, SearchData]:
        """Find the lines of the repository that answer a query."""
        if pattern:
            share = max_tokens // len(repositories) if answers.of_all(repo) else max_tokens
            return answers.each(repo, lambda r: tools.search_lines(r, pattern, scope, share))
        if answers.of_all(repo):
            return answers.result(lambda: several.search(repositories, query, scope, max_tokens))
        return answers.one(repo, lambda r: tools.search(r, query, scope, max_tokens))

    @server.tool(annotations=_READ_ONLY)
    def symbol(
        name: Annotated[str, Field(description="A name, or Class.method.")], repo: Repo = ""
    ) -> Annotated[CallToolResult, SymbolData]:
        """Where a name is defined, who uses it, what implements it and which tests reach it."""
        return answers.each(repo, lambda r: tools.symbol(r, name))

    @server.tool(annotations=_READ_ONLY)
    def check(
        text: Annotated[str, Field(description="An answer, plan or description of a patch.")], repo: Repo = ""
    ) -> Annotated[CallToolResult, CheckData]:
        """Check the paths, lines, names and calls in a text against the code."""
        return answers.one(repo, lambda r: tools.check(r, text))

    @server.tool(annotations=_READ_ONLY)
    def review(
        scope: Annotated[str, Field(description="uncommitted, staged, or a revision to compare with.")] = "uncommitted",
        repo: Repo = "",
    ) -> Annotated[CallToolResult, ReviewData]:
        """Findings in a change, without a model."""
        return answers.one(repo, lambda r: tools.review(r, scope))

    @server.tool(annotations=_READ_ONLY)
    def check_tests(
        scope: Annotated[str, Field(description="As for review, or a test file or folder.")] = "uncommitted",
        repo: Repo = "",
    ) -> Annotated[CallToolResult, TestsData]:
        """Tests that cannot fail: run on faulty code if the user trusts the repository, else only read."""
        from codeassist.mcp.auditing import check_tests as run

        return answers.one(repo, lambda r: run(r, scope))

    _add_resources(server, repositories)
    return server


def _add_resources(server: MCPServer[Any], repositories: Repositories) -> None:
    @server.resource("codeassist://file/{repo}/{+path}", mime_type="text/plain")
    def file(repo: str, path: str) -> str:
        """The text of an indexed file."""
        try:
            return tools.checked_file(repositories.get(repo), path)
        except (CodeassistError, IndexerError) as error:
            raise ResourceError(str(error)) from error
