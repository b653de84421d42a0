"""An editor: a real client of the language server."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient


class Editor:
    """An editor with open buffers."""

    def __init__(self, client, root):
        self.client, self.root = client, root
        self.diagnostics = asyncio.Queue()

    def uri(self, path):
        return (self.root / path).as_uri()

    def open(self, path, text=None):
        text = (self.root / path).read_text() if text is None else text
        item = lsp.TextDocumentItem(self.uri(path), "python", 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return text

    def at(self, path, text, word, nth=0):
        """The parameters for the nth occurrence of a word."""
        start = -1
        for _ in range(nth + 1):
            start = text.index(word, start + 1)
        line = text.count("\n", 0, start)
        return {
            "text_document": lsp.TextDocumentIdentifier(self.uri(path)),
            "position": lsp.Position(line, start - (text.rfind("\n", 0, start) + 1) + 1),
        }


PROJECT = Path(__file__).parents[3]


def measured():
    """Options that measure the server's coverage too, when that of the tests is measured."""
    if "coverage" not in sys.modules or sys.modules["coverage"].Coverage.current() is None:
        return ()
    return "-m", "coverage", "run", f"--rcfile={PROJECT / 'pyproject.toml'}", f"--data-file={PROJECT / '.coverage'}"


def edited(root, work):
    """Run `work` with an editor that has opened the repository."""

    @asynccontextmanager
    async def editor():
        client = LanguageClient("test", "1")
        await client.start_io(sys.executable, *measured(), "-m", "codeassist", "lsp", cwd=str(root))
        made = Editor(client, root)
        client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda found: made.diagnostics.put_nowait(found))  # noqa: PLW0108  # it gets attributes
        client.feature(lsp.WINDOW_LOG_MESSAGE)(lambda _: None)
        client.feature(lsp.WINDOW_SHOW_MESSAGE)(lambda _: None)
        await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities(), root_uri=root.as_uri()))
        client.initialized(lsp.InitializedParams())
        try:
            yield made
        finally:
            await client.shutdown_async(None)
            client.exit(None)
            await client.stop()

    async def run():
        async with asyncio.timeout(300), editor() as made:
            return await work(made)

    return asyncio.run(run())
