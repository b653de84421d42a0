"""The language server through a real client over standard input and output."""

from __future__ import annotations

import pytest

pytest.importorskip("pygls")

from lsprotocol import types as lsp

from tests.codeassist.lsp.editor import edited
from tests.conftest import write

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


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


def test_outside_of_a_repository_nothing_fails(tmp_path, indexed):
    write(tmp_path, {"loose/a.py": "def alone():\n    pass\n"})

    async def work(editor):
        item = lsp.TextDocumentItem((tmp_path / "loose/a.py").as_uri(), "python", 1, "def alone():\n    pass\n")
        editor.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return await editor.client.text_document_code_lens_async(lsp.CodeLensParams(lsp.TextDocumentIdentifier(item.uri)))

    assert not edited(indexed, work)


def test_tests_without_a_name_are_listed_as_their_file_once(indexed):
    tests = "import {add} from '../shop/add.js';\n\n" + "test('adds', () => { add(1); });\n" * 30
    write(indexed, {"shop/add.js": "export function add(one) {\n  return one;\n}\n", "tests/add.test.js": tests})

    async def work(editor):
        text = editor.open("shop/add.js")
        return await editor.client.text_document_hover_async(lsp.HoverParams(**editor.at("shop/add.js", text, "add(one")))

    shown = edited(indexed, work).contents.value
    assert shown.endswith("**Reached by more than 20 tests:** `tests/add.test.js`")
