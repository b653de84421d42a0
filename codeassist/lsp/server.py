"""The language server of one repository."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from codeassist import __version__
from codeassist.errors import CodeassistError
from codeassist.lsp import completion, names
from codeassist.lsp.documents import Documents
from codeassist.lsp.ending import Requests
from codeassist.lsp.findings import EXPLAIN, PROVE, TESTS, Findings, diagnostics
from codeassist.lsp.inline import inline
from codeassist.lsp.usage import Usage
from codeassist.repositories import Repositories, Repository
from indexers import IndexerError, QueryError

TEST_SECONDS = 20.0
"""The time to search for tests, for one definition."""


class Server(LanguageServer):
    """A language server; its repository is the folder that the editor opened."""

    def __init__(self, start: Path | None = None) -> None:
        """`start` is served instead of the folder of the editor."""
        # Whole texts: the library counts lines by other endings too, and would put an edit after a form feed elsewhere.
        super().__init__("codeassist", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.protocol._request_futures = Requests()  # noqa: SLF001  # there is no other way to it
        self.findings = Findings()
        self.usage = Usage()
        self._start = start
        self._repositories: Repositories | None = None
        self._opening = threading.Lock()  # requests are answered in several threads

    @property
    def repository(self) -> Repository:
        """The repository, opened by the first request. Raises `CodeassistError`."""
        with self._opening:
            if self._repositories is None:
                root = self._start or Path(self.workspace.root_path or to_fs_path(self.workspace.root_uri or "") or ".")
                self._repositories = Repositories([root])
            return self._repositories.get()

    @property
    def documents(self) -> Documents:
        """The buffers and files of the repository."""
        return Documents(self.repository.root, self.workspace)

    def close(self) -> None:
        """Close the index."""
        if self._repositories is not None:
            self._repositories.close()

    def answer(self, ask: Any, otherwise: Any) -> Any:
        """What `ask` finds in the index; `otherwise` while there is none, or when the question cannot be answered."""

        def with_index(documents: Documents) -> Any:
            with self.repository.index() as (index, _):
                return ask(index, documents)

        return self.read(with_index, otherwise)

    def read(self, ask: Any, otherwise: Any) -> Any:
        """What `ask` finds in the documents; `otherwise`, and a line in the log, where there is no repository."""
        try:
            return ask(self.documents)
        except QueryError:
            return otherwise
        except (CodeassistError, IndexerError) as error:
            self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Info, str(error)))
            return otherwise


def make_server(start: Path | None = None) -> Server:
    """A server with all its features; run it with `start_io`."""
    server = Server(start)
    _navigation(server)
    _editing(server)
    _commands(server)
    return server


def _navigation(server: Server) -> None:
    @server.feature(lsp.WORKSPACE_SYMBOL)
    @server.thread()
    def workspace_symbol(params: lsp.WorkspaceSymbolParams) -> list[lsp.SymbolInformation]:
        found: list[lsp.SymbolInformation] = server.answer(lambda i, d: names.workspace_symbols(i, d, params.query), [])
        return found

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    @server.thread()
    def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        found: list[lsp.Location] = _at(server, params, names.definitions, [])
        return found

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    @server.thread()
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        found: list[lsp.Location] = _at(server, params, names.references, [])
        if params.context.include_declaration:
            found = [*_at(server, params, names.definitions, []), *found]
        return found

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    @server.thread()
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        text = _at(server, params, names.hover, "")
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text)) if text else None

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions(resolve_provider=True))
    @server.thread()
    def code_lens(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        def ask(index: Any, documents: Documents) -> list[lsp.CodeLens]:
            path = documents.path_of(params.text_document.uri)
            return names.lenses(index, documents, path) if path else []

        found: list[lsp.CodeLens] = server.answer(ask, [])
        return found

    @server.feature(lsp.CODE_LENS_RESOLVE)
    @server.thread()
    def resolve(lens: lsp.CodeLens) -> lsp.CodeLens:
        data: Any = lens.data
        title = server.answer(lambda i, _: names.lens_title(i, str(data["name"])), "")
        lens.command = lsp.Command(title, EXPLAIN, arguments=[str(data["uri"]), str(data["name"])])
        return lens


def _at(server: Server, params: Any, ask: Any, otherwise: Any) -> Any:
    """What `ask` finds about the name at a position."""
    uri, position = params.text_document.uri, params.position

    def about(index: Any, documents: Documents) -> Any:
        text = documents.word(uri, position)
        return ask(index, documents, names.Name(text, documents.path_of(uri), position.line + 1)) if text else otherwise

    return server.answer(about, otherwise)


def _editing(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=["."]))
    @server.thread()
    def complete(params: lsp.CompletionParams) -> lsp.CompletionList:
        def ask(index: Any, documents: Documents) -> Any:
            before, after = documents.around(params.text_document.uri, params.position)
            idioms = server.usage.of(server.repository)
            own = idioms.of_file(documents.path_of(params.text_document.uri))
            return completion.complete(index, before, after, idioms=idioms, on_disk=own)

        found = server.answer(ask, [])
        items = [
            lsp.CompletionItem(c.name, sort_text=f"{rank:03}", detail=c.source, kind=lsp.CompletionItemKind.Text)
            for rank, c in enumerate(found)
        ]
        return lsp.CompletionList(is_incomplete=True, items=items)

    @server.feature(lsp.TEXT_DOCUMENT_INLINE_COMPLETION)
    @server.thread()
    def inline_completion(params: lsp.InlineCompletionParams) -> lsp.InlineCompletionList:
        def ask(documents: Documents) -> str:
            before, after = documents.around(params.text_document.uri, params.position)
            path = documents.path_of(params.text_document.uri)
            return inline(server.repository, path, before, after) if path else ""

        text = server.read(ask, "")
        return lsp.InlineCompletionList([lsp.InlineCompletionItem(text)] if text.strip() else [])

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    @server.thread()
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        def review(documents: Documents) -> None:
            path = documents.path_of(params.text_document.uri)
            if path:
                shown = diagnostics(documents, path, server.findings.review(server.repository, path))
                server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(params.text_document.uri, shown))

        server.read(review, None)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        """The buffer is kept by the protocol's library."""

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION)
    @server.thread()
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction | lsp.Command]:
        found: list[lsp.CodeAction | lsp.Command] = server.read(
            lambda documents: server.findings.actions(documents, params.text_document.uri, params.range), []
        )
        return found


def _commands(server: Server) -> None:
    @server.command(EXPLAIN)
    @server.thread()
    def explain(uri: str, name: str) -> dict[str, Any] | None:
        """What is known of a definition: the answer to "what is NAME", shown as a message and returned."""
        from codeassist.tasks.ask import AskContext, ask_question

        services = server.repository.services.for_request()

        def ask(index: Any, _: Documents) -> Any:
            context = AskContext(services.config, services.library, services.session("ask"), store=services.run_log)
            return ask_question(index, f"what is {name}", context)

        result = server.answer(ask, None)
        if result is None:
            return None
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, result.answer.text[:2000]))
        value: dict[str, Any] = result.as_json()
        return value

    @server.command(PROVE)
    @server.thread()
    def prove(uri: str, fingerprint: str) -> dict[str, Any] | None:
        """The program that shows a finding again, which the review has run; as a message and returned."""
        finding = server.findings.proven(server.documents.path_of(uri), fingerprint)
        if finding is None:
            return None
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, finding.reproducer))
        return finding.as_json()

    @server.command(TESTS)
    @server.thread()
    def generate(uri: str, name: str) -> dict[str, Any] | None:
        """Tests for a definition, found by running it; the editor decides whether to keep the new file."""
        from codeassist.tasks.gen_tests import Engine, GenTestsContext, GenTestsRequest, run

        path = server.documents.path_of(uri)
        services = server.repository.services.for_request()
        request = GenTestsRequest(
            (f"{server.repository.root / path}::{name.partition('.')[0]}",), engine=Engine.SEARCH, seconds=TEST_SECONDS
        )
        context = GenTestsContext(services.root, services.config, services.existing_index, services.library)
        try:
            value: dict[str, Any] = run(request, context).as_json()
        except (CodeassistError, IndexerError) as error:
            server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, str(error)))
            return None
        for module in value["modules"]:
            if module["tests"]:
                _offer(server, server.documents.uri_of(f"tests/{Path(module['path']).name}"), module["text"])
        return value


def _offer(server: Server, uri: str, text: str) -> None:
    """Propose a new file to the editor; an existing one is not replaced."""
    create = lsp.CreateFile(uri, options=lsp.CreateFileOptions(overwrite=False, ignore_if_exists=True))
    start = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    insert = lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri), [lsp.TextEdit(start, text)])
    edit = lsp.WorkspaceEdit(document_changes=[create, insert])
    server.workspace_apply_edit(lsp.ApplyWorkspaceEditParams(edit, label="Tests by codeassist"))
