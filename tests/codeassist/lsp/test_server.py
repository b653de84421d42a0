"""The language server through a real client over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

pytest.importorskip("pygls")

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from codeassist.lsp.ending import Output
from tests.conftest import git, write

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


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


def test_names_are_found_by_their_index(indexed):
    async def work(editor):
        text = editor.open("shop/payments.py")
        client = editor.client
        defined = await client.text_document_definition_async(
            lsp.DefinitionParams(**editor.at("shop/payments.py", text, "authenticate", 1))
        )
        context = lsp.ReferenceContext(include_declaration=False)
        used = await client.text_document_references_async(
            lsp.ReferenceParams(context=context, **editor.at("shop/payments.py", text, "checkout"))
        )
        hover = await client.text_document_hover_async(
            lsp.HoverParams(**editor.at("shop/payments.py", text, "authenticate", 1))
        )
        nothing = await client.text_document_hover_async(lsp.HoverParams(**editor.at("shop/payments.py", text, '"""Money')))
        return defined, used, hover, nothing

    defined, used, hover, nothing = edited(indexed, work)
    lines = (indexed / "shop/auth.py").read_text().split("\n")
    (place,) = defined
    assert place.uri == (indexed / "shop/auth.py").as_uri()
    assert lines[place.range.start.line][place.range.start.character : place.range.end.character] == "authenticate"
    assert {u.uri.rpartition("/")[2] for u in used} == {"test_payments.py"}
    assert "def authenticate" in hover.contents.value
    assert "Check a user's credentials" in hover.contents.value
    assert "test_checkout_charges_the_basket" in hover.contents.value
    assert nothing is None


def message(**parts):
    body = json.dumps({"jsonrpc": "2.0", **parts}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def test_an_end_while_requests_run_leaves_no_error_behind(indexed):
    asked = [message(id=n, method="workspace/symbol", params={"query": f"how is a basket paid {n}"}) for n in range(2, 20)]
    sent = [
        message(id=1, method="initialize", params={"processId": None, "rootUri": indexed.as_uri(), "capabilities": {}}),
        message(method="initialized", params={}),
        *asked,
        message(id=99, method="shutdown"),
        message(method="exit"),
    ]
    command = [sys.executable, *measured(), "-m", "codeassist", "lsp"]
    done = subprocess.run(command, cwd=indexed, input=b"".join(sent), capture_output=True, timeout=300, check=False)
    assert (done.stderr.decode(), done.returncode) == ("", 0)
    assert b'"id": 99' in done.stdout
    assert b"Internal" not in done.stdout


def test_what_is_written_for_an_editor_that_is_gone_is_dropped():
    read, write_end = os.pipe()
    output = Output(os.fdopen(write_end, "wb"))
    assert output.write(b"one") == 3
    os.close(read)
    assert output.write(b"two") == 3
    output.close()
    assert output.write(b"three") == 5


def test_open_buffers_count_and_not_the_disk(indexed):
    added = "\n\ndef refund_everything(account):\n    return checkout\n"

    async def work(editor):
        text = editor.open("shop/payments.py", "# moved\n" * 5 + (indexed / "shop/payments.py").read_text() + added)
        symbols = await editor.client.workspace_symbol_async(lsp.WorkspaceSymbolParams("refund_every"))
        defined = await editor.client.text_document_definition_async(
            lsp.DefinitionParams(**editor.at("shop/payments.py", text, "checkout", 1))
        )
        hover = await editor.client.text_document_hover_async(
            lsp.HoverParams(**editor.at("shop/payments.py", text, "refund_everything"))
        )
        return text, symbols, defined, hover

    text, symbols, defined, hover = edited(indexed, work)
    assert symbols[0].name == "refund_everything"
    assert text.split("\n")[defined[0].range.start.line].startswith("def checkout")
    assert len(defined) == 1
    assert "not saved yet" in hover.contents.value


def test_a_call_leads_to_the_definition_that_it_means(tmp_path, run):
    stores = (
        "class File:\n    def close(self):\n        return 1\n\n\n"
        'class Pool:\n    @staticmethod\n    def close():\n        """End the pool."""\n        return 2\n'
    )
    used = "from stores import Pool\n\n\ndef end():\n    return Pool.close()\n"
    root = write(tmp_path / "p", {"stores.py": stores, "used.py": used, ".codeassist.toml": ""})
    run("index", "-q", cwd=root)

    async def work(editor):
        text = editor.open("used.py", "# moved by a line\n" + used)
        here = editor.at("used.py", text, "close")
        defined = await editor.client.text_document_definition_async(lsp.DefinitionParams(**here))
        hover = await editor.client.text_document_hover_async(lsp.HoverParams(**here))
        every = await editor.client.workspace_symbol_async(lsp.WorkspaceSymbolParams("close"))
        return defined, hover, every

    defined, hover, every = edited(root, work)
    assert [(place.uri.rpartition("/")[2], place.range.start.line, place.range.start.character) for place in defined] == [
        ("stores.py", 7, 8)  # the line of its name, not that of its decorator
    ]
    assert "End the pool" in hover.contents.value
    assert {s.location.range.start.line for s in every if s.name == "close"} == {1, 7}


def test_calls_of_one_name_in_a_function_lead_to_their_own_definitions(tmp_path, run):
    source = (
        "class A:\n    def run(self):\n        return 1\n\n\nclass B:\n    def run(self):\n        return 2\n\n\n"
        "def go():\n    a = A()\n    b = B()\n    a.run()\n    return b.run()\n"
    )
    root = write(tmp_path / "p", {"m.py": source, ".codeassist.toml": ""})
    run("index", "-q", cwd=root)

    async def work(editor):
        text = editor.open("m.py", source)
        places = [editor.at("m.py", text, "run()", nth) for nth in (0, 1)]
        return [await editor.client.text_document_definition_async(lsp.DefinitionParams(**place)) for place in places]

    assert [[place.range.start.line for place in found] for found in edited(root, work)] == [[1], [6]]


def test_every_use_in_a_line_of_a_buffer_is_found_after_wide_characters(indexed):
    text = "def fresh(a):\n    return a\n\n\nx = '\U0001f600'; fresh('\U0001f600'); fresh(2)\n"

    async def work(editor):
        editor.open("shop/fresh.py", text)
        at = {"text_document": lsp.TextDocumentIdentifier(editor.uri("shop/fresh.py")), "position": lsp.Position(4, 13)}
        context = lsp.ReferenceContext(include_declaration=True)
        return await editor.client.text_document_references_async(lsp.ReferenceParams(context=context, **at))

    found = edited(indexed, work)
    assert [(p.range.start.line, p.range.start.character, p.range.end.character) for p in found] == [
        (0, 4, 9),
        (4, 10, 15),
        (4, 23, 28),
    ]


def test_lines_end_as_in_the_protocol_and_not_at_a_form_feed(indexed):
    async def work(editor):
        text = editor.open("shop/payments.py", "\x0c\n# \x1c, \x85\n" + (indexed / "shop/payments.py").read_text())
        found = await editor.client.text_document_references_async(
            lsp.ReferenceParams(lsp.ReferenceContext(True), **editor.at("shop/payments.py", text, "checkout"))
        )
        return text, found

    text, found = edited(indexed, work)
    uri = (indexed / "shop/payments.py").as_uri()
    lines = text.split("\n")
    assert [lines[place.range.start.line] for place in found if place.uri == uri]
    assert all("checkout" in lines[place.range.start.line] for place in found if place.uri == uri)


def test_workspace_symbols_answer_questions(indexed):
    async def work(editor):
        ask = editor.client.workspace_symbol_async
        return (
            await ask(lsp.WorkspaceSymbolParams("gateway")),
            await ask(lsp.WorkspaceSymbolParams("where is a payment charged")),
            await ask(lsp.WorkspaceSymbolParams("")),
        )

    named, asked, empty = edited(indexed, work)
    assert named[0].name == "Gateway"
    assert "payments.py" in {s.location.uri.rpartition("/")[2] for s in asked}
    assert empty in ([], None)


def test_lenses_count_uses_and_tests(indexed):
    async def work(editor):
        editor.open("shop/auth.py")
        document = lsp.TextDocumentIdentifier(editor.uri("shop/auth.py"))
        found = await editor.client.text_document_code_lens_async(lsp.CodeLensParams(document))
        return [await editor.client.code_lens_resolve_async(lens) for lens in found]

    titles = {lens.data["name"]: lens.command.title for lens in edited(indexed, work)}
    assert titles["authenticate"] == "2 uses · 1 test"
    assert titles["AuthError"].startswith("1 use ·")


def test_completion_offers_members_and_names_in_scope(indexed):
    text = (
        indexed / "shop/payments.py"
    ).read_text() + "\n\ndef later(users):\n    gateway = Gateway()\n    gateway.\n    auth\n"

    async def work(editor):
        editor.open("shop/payments.py", text)
        lines = text.split("\n")
        document = lsp.TextDocumentIdentifier(editor.uri("shop/payments.py"))
        found = []
        for line in (len(lines) - 3, len(lines) - 2):
            position = lsp.Position(line, len(lines[line]))
            found.append(await editor.client.text_document_completion_async(lsp.CompletionParams(document, position)))
        return found

    members, names = edited(indexed, work)
    assert {"charge", "send"} <= {item.label for item in members.items[:5]}
    assert names.items[0].label == "authenticate"


def test_a_save_is_reviewed_and_a_definition_has_actions(indexed):
    git(indexed, "init", "-q")
    git(indexed, "add", ".")
    git(indexed, "commit", "-qm", "Begin")

    async def work(editor):
        changed = (indexed / "shop/auth.py").read_text().replace("import hashlib\n", "import hashlib\n\nbreakpoint()\n")
        write(indexed, {"shop/auth.py": changed})
        editor.open("shop/auth.py")
        document = lsp.TextDocumentIdentifier(editor.uri("shop/auth.py"))
        editor.client.text_document_did_save(lsp.DidSaveTextDocumentParams(document))
        published = await editor.diagnostics.get()
        at = changed.split("\n").index("    if name not in users:")
        chosen = lsp.Range(lsp.Position(at, 0), lsp.Position(at, 0))
        context = lsp.CodeActionContext(diagnostics=[])
        actions = await editor.client.text_document_code_action_async(lsp.CodeActionParams(document, chosen, context))
        explain = next(a for a in actions if a.title.startswith("Explain"))
        answer = await editor.client.workspace_execute_command_async(
            lsp.ExecuteCommandParams(explain.command, explain.arguments)
        )
        return published, actions, answer

    published, actions, answer = edited(indexed, work)
    assert [(d.code, d.range.start.line) for d in published.diagnostics] == [("debug-leftover", 4)]
    assert {a.title for a in actions} >= {"Explain authenticate", "Generate tests for authenticate"}
    assert "authenticate" in str(answer)


def test_a_patch_is_offered_only_for_the_text_that_was_reviewed(indexed):
    git(indexed, "init", "-q")
    git(indexed, "add", ".")
    git(indexed, "commit", "-qm", "Begin")

    async def fixes(editor, document, line):
        chosen = lsp.Range(lsp.Position(line, 0), lsp.Position(line, 0))
        parameters = lsp.CodeActionParams(document, chosen, lsp.CodeActionContext(diagnostics=[]))
        actions = await editor.client.text_document_code_action_async(parameters)
        return [action.title for action in actions if action.title.startswith("Fix")]

    async def work(editor):
        changed = (indexed / "shop/auth.py").read_text().replace("import hashlib\n", "import hashlib\nimport os\n")
        write(indexed, {"shop/auth.py": changed})
        editor.open("shop/auth.py")
        document = lsp.TextDocumentIdentifier(editor.uri("shop/auth.py"))
        editor.client.text_document_did_save(lsp.DidSaveTextDocumentParams(document))
        line = (await editor.diagnostics.get()).diagnostics[0].range.start.line
        before = await fixes(editor, document, line)
        editor.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(2, document.uri),
                [lsp.TextDocumentContentChangeWholeDocument(f"# new\n{changed}")],
            )
        )
        return before, await fixes(editor, document, line)

    before, after = edited(indexed, work)
    assert len(before) == 1
    assert after == []


def actions_at(editor, path, line):
    chosen = lsp.Range(lsp.Position(line, 0), lsp.Position(line, 0))
    document = lsp.TextDocumentIdentifier(editor.uri(path))
    context = lsp.CodeActionContext(diagnostics=[])
    return editor.client.text_document_code_action_async(lsp.CodeActionParams(document, chosen, context))


async def execute(editor, action):
    return await editor.client.workspace_execute_command_async(lsp.ExecuteCommandParams(action.command, action.arguments))


def test_a_difference_of_behaviour_is_proven(tmp_path, run):
    root = write(tmp_path / "p", {"prices.py": "def price(amount):\n    return 2 * amount\n", ".codeassist.toml": ""})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Begin")
    run("trust", cwd=root)
    run("index", "-q", cwd=root)

    async def work(editor):
        write(root, {"prices.py": "def price(amount):\n    return 3 * amount\n"})
        editor.open("prices.py")
        document = lsp.TextDocumentIdentifier(editor.uri("prices.py"))
        editor.client.text_document_did_save(lsp.DidSaveTextDocumentParams(document))
        await editor.diagnostics.get()
        actions = await actions_at(editor, "prices.py", 1)
        return await execute(editor, next(a for a in actions if a.title.startswith("Prove")))

    proof = edited(root, work)
    found = proof if isinstance(proof, dict) else proof._asdict()
    assert found["rule"] == "behaviour-changed"
    assert "price(" in found["reproducer"]


def test_tests_are_generated_and_offered_as_a_new_file(tmp_path, run):
    root = write(
        tmp_path / "p", {"prices.py": "def price(amount: int) -> int:\n    return 2 * amount\n", ".codeassist.toml": ""}
    )
    git(root, "init", "-q")
    run("index", "-q", cwd=root)

    async def work(editor):
        offered = []

        def apply(params):
            offered.append(params.edit.document_changes)
            return lsp.ApplyWorkspaceEditResult(applied=True)

        editor.client.feature(lsp.WORKSPACE_APPLY_EDIT)(apply)
        editor.open("prices.py")
        actions = await actions_at(editor, "prices.py", 0)
        await execute(editor, next(a for a in actions if a.title.startswith("Generate tests")))
        return offered

    ((create, insert),) = edited(root, work)
    assert create.uri.endswith("/tests/test_prices.py")
    assert "def test_" in insert.edits[0].new_text
    assert not (root / "tests").exists()  # the editor decides


def test_outside_of_a_repository_nothing_fails(tmp_path, indexed):
    write(tmp_path, {"loose/a.py": "def alone():\n    pass\n"})

    async def work(editor):
        item = lsp.TextDocumentItem((tmp_path / "loose/a.py").as_uri(), "python", 1, "def alone():\n    pass\n")
        editor.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return await editor.client.text_document_code_lens_async(lsp.CodeLensParams(lsp.TextDocumentIdentifier(item.uri)))

    assert not edited(indexed, work)
