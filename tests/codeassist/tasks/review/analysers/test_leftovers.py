"""What should not be committed is reported; harmless text that looks like it is not."""

from __future__ import annotations

import pytest

from tests.codeassist.conftest import rules

KEY = "AKIA" + "IOSFODNN7EXAMPLQ"


@pytest.mark.parametrize(
    ("name", "text", "rule", "line"),
    [
        ("a.py", "x = 1\nbreakpoint()\n", "debug-leftover", 2),
        ("a.ts", "it.only('x', () => {})\n", "debug-leftover", 1),
        ("a.txt", "one\n<<<<<<< HEAD\ntwo\n=======\nthree\n>>>>>>> topic\n", "conflict-marker", 2),
        ("a.py", f'aws = "{KEY}"\n', "secret", 1),
        ("a.pem", "-----BEGIN RSA " + "PRIVATE KEY-----\nabc\n", "secret", 1),
        ("node_modules/x.js", "x\n", "generated-file", 1),
        ("big.txt", "x" * 600_000, "large-file", 1),
    ],
)
def test_leftovers_are_reported(findings, name, text, rule, line):
    result = findings({"readme.md": "x\n"}, {name: text})
    assert (rule, line) in [(r, n) for r, _, n in rules(result)], rules(result)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "Title\n=======\n\ntext\n"),
        ("a.py", 'password = os.environ["PASSWORD"]\n'),
        ("tests/test_a.py", 'token = "abc123def456ghi"\n'),
        ("a.py", 'PASSWORD_FIELD = "password_confirmation"\n'),
    ],
)
def test_harmless_text_is_not_reported(findings, name, text):
    result = findings({"readme.md": "x\n"}, {name: text})
    reported = {"secret", "conflict-marker", "debug-leftover"}
    assert not [r for r, *_ in rules(result) if r in reported], rules(result)


def test_a_token_that_a_test_makes_up_is_no_secret(findings):
    line = 'headers = {"authorization": "Bearer abcdef0123456789abcdef"}\n'
    assert not [f for f in findings({"a.md": "x\n"}, {"tests/test_m.py": line}).every if f.rule == "secret"]


def test_a_stack_trace_in_a_test_is_no_leftover(findings):
    line = "class A { void f(Exception e) { e.printStackTrace(); } }\n"
    found = findings({"a.md": "x\n"}, {"src/test/java/ATest.java": line, "src/main/java/A.java": line}).every
    assert [f.path for f in found if f.rule == "debug-leftover"] == ["src/main/java/A.java"]


def test_a_conflict_that_a_document_shows_is_none(findings):
    marks = "<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> other\n"
    result = findings({"a.py": "x = 1\n"}, {"git.md": f"Like this:\n\n```text\n{marks}```\n", "notes.md": marks})
    assert [f.path for f in result.every if f.rule == "conflict-marker"] == ["notes.md"]


def test_public_keys_of_documents_are_notes(findings):
    line = "apiKey: '45441f4b65a2f80329fd45c7cb371fea',\n"
    found = findings({"a.md": "x\n"}, {"docs/config.js": line, "src/config.js": line}).every
    assert {f.path: f.severity.value for f in found if f.rule == "secret"} == {
        "docs/config.js": "note",
        "src/config.js": "warning",
    }
