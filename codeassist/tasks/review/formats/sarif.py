"""SARIF 2.1.0 (OASIS), with what GitHub code scanning also needs: rules with help texts, and partial fingerprints."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

from codeassist import __version__
from codeassist.printable import json_text
from codeassist.tasks.review.analysers import ANALYSERS
from codeassist.tasks.review.behaviour import RULES
from codeassist.tasks.review.engine import Review
from codeassist.tasks.review.finding import Finding, Rule, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
KNOWN = {rule.id: rule for rules in (*(analyser.rules for analyser in ANALYSERS), RULES) for rule in rules}

SECURITY = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.NOTE: "2.0"}
"""The score that code scanning shows as high, medium or low."""


def sarif(review: Review) -> str:
    """A SARIF log with one run of all findings: limits are for people."""
    rules: dict[str, dict[str, Any]] = {}
    for finding in review.for_programs:
        rules.setdefault(finding.rule, _rule(finding))
    order = list(rules)
    run = {
        "tool": {
            "driver": {
                "name": "codeassist",
                "semanticVersion": __version__,
                "rules": list(rules.values()),
            }
        },
        "automationDetails": {"id": "codeassist/"},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "results": [_result(f, order.index(f.rule)) for f in review.for_programs],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def rule_of(finding: Finding) -> Rule:
    """The rule of a finding; rules of linters and models are described by their family, the part before the slash."""
    family = finding.rule.partition("/")[0]
    fallback = Rule(
        finding.rule,
        "".join(p.title() for p in finding.rule.replace("/", "-").split("-")),
        f"Reported by {family}.",
        finding.severity,
    )
    known = KNOWN.get(finding.rule) or KNOWN.get(family)
    return fallback if known is None else Rule(finding.rule, known.name, known.description, known.severity, known.tags)


def _rule(finding: Finding) -> dict[str, Any]:
    rule = rule_of(finding)
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.description},
        "fullDescription": {"text": rule.description},
        "defaultConfiguration": {"level": rule.severity.value},
        "help": {"text": f"{rule.description} To suppress one finding, add a comment: codeassist: ignore[{rule.id}] reason."},
        "properties": {
            "tags": list(rule.tags) or ["maintainability"],
            "precision": "high" if rule.severity is Severity.ERROR else "medium",
        }
        | ({"security-severity": SECURITY[finding.severity]} if "security" in rule.tags else {}),
    }


def _place(path: str, start: int, end: int) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(os.fsencode(path)), "uriBaseId": "SRCROOT"},
        "region": {"startLine": max(1, start), "endLine": max(1, start, end)},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _place(finding.path, finding.start, finding.end)}],
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint, "codeassist/v1": finding.fingerprint},
        "rank": round(100 * finding.confidence, 1),
    }
    if finding.evidence:
        result["relatedLocations"] = [
            {
                "id": n,
                "message": {"text": place.text or str(place)},
                "physicalLocation": _place(place.path, place.line, place.line),
            }
            for n, place in enumerate(finding.evidence, 1)
        ]
    if finding.patch is not None:
        region = {"startLine": finding.start, "startColumn": 1, "endLine": finding.end + 1, "endColumn": 1}
        text = finding.patch + "\n" if finding.patch else ""
        change = {
            "artifactLocation": {"uri": quote(os.fsencode(finding.path)), "uriBaseId": "SRCROOT"},
            "replacements": [{"deletedRegion": region, "insertedContent": {"text": text}}],
        }
        result["fixes"] = [{"description": {"text": "The suggested change."}, "artifactChanges": [change]}]
    return result
