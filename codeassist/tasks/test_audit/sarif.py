"""Weaknesses and changed lines as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import hashlib
import os
from typing import Any
from urllib.parse import quote

from codeassist import __version__
from codeassist.printable import json_text
from codeassist.tasks.test_audit.result import KINDS, AuditResult, ChangedLine, Weakness

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULES = {
    "never-run": "A test that is never run.",
    "asserts-nothing": "A test that asserts nothing.",
    "compares-with-itself": "A test that compares a value with itself.",
    "replaces-its-subject": "A test that replaces what it tests.",
    "kills-nothing": "A test that passes with every fault that was put into the code it runs.",
    "passes-without-subject": "A test that passes when the functions it calls do nothing.",
    "sees-only-crashes": "A test that notices a fault only if the code raises, ends or returns None.",
    "reaches-nothing": "A test that runs none of the code that its file imports.",
    "changed-not-covered": "A changed line that no test runs.",
    "changed-not-seen": "A changed line on which no test would see a fault.",
}
_LEVELS = KINDS | {"changed-not-covered": "warning", "changed-not-seen": "warning"}


def sarif(result: AuditResult) -> str:
    """A SARIF log with one run; the rules are all kinds of weakness."""
    order = list(RULES)
    rules = [
        {
            "id": f"test-audit/{kind}",
            "name": "".join(part.title() for part in kind.split("-")),
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": _LEVELS[kind]},
            "properties": {"tags": ["test", "maintainability"], "precision": "high"},
        }
        for kind, text in RULES.items()
    ]
    results = [_weakness(weakness, order) for weakness in result.weaknesses]
    results += [entry for line in result.changed if (entry := _changed(line, order))]
    run = {
        "tool": {"driver": {"name": "codeassist", "semanticVersion": __version__, "rules": rules}},
        "automationDetails": {"id": "codeassist/test-audit/"},
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "results": results,
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _weakness(weakness: Weakness, order: list[str]) -> dict[str, Any]:
    text = f"{weakness.test}: {weakness.what}"
    return _result(weakness.kind, text, weakness.path, weakness.line, weakness.test, order)


def _changed(line: ChangedLine, order: list[str]) -> dict[str, Any] | None:
    if not line.covered:
        return _result("changed-not-covered", "Changed, and no test runs it.", line.path, line.line, "", order)
    if line.seen is False:
        return _result("changed-not-seen", "Changed, and a fault here would not be seen.", line.path, line.line, "", order)
    return None


def _result(kind: str, text: str, path: str, line: int, name: str, order: list[str]) -> dict[str, Any]:
    """One result; its fingerprint does not depend on the line, so that edits above it do not make it new."""
    identity = "\0".join((kind, path, name or str(line)))
    return {
        "ruleId": f"test-audit/{kind}",
        "ruleIndex": order.index(kind),
        "level": _LEVELS[kind],
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(os.fsencode(path)), "uriBaseId": "SRCROOT"},
                    "region": {"startLine": max(1, line)},
                }
            }
        ],
        "partialFingerprints": {"codeassist/v1": hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]},
    }
