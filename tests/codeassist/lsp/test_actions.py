"""The language server: findings at a save, patches, proofs of behaviour and generated tests."""

from __future__ import annotations

import pytest

pytest.importorskip("pygls")

from lsprotocol import types as lsp

from tests.codeassist.lsp.editor import edited
from tests.conftest import git, write

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


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
