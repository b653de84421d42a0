"""Export a prompt and its cases in the configuration format of promptfoo, which runs the same tests in other set-ups.

Templates are Nunjucks there and Jinja2 here: simple expressions, `if` and `for` are the same, other expressions may not be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from codeassist.prompts import Prompt
from codeassist.prompts.cases import Case, read_cases

_NAMES = {"contains": "icontains", "lacks": "not-icontains", "equals": "equals", "matches": "regex"}


def exported(prompt: Prompt) -> tuple[str, list[str]]:
    """(the configuration as YAML, notes on what has no equivalent there and was left out)."""
    import yaml

    notes: list[str] = []
    tests = [_test(case, prompt, notes) for case in read_cases(prompt)]
    messages = [{"role": section.role, "content": section.template.strip()} for section in prompt.sections]
    defaults = {i.name: i.default for i in prompt.inputs if not i.required}
    config: dict[str, Any] = {
        "description": f"{prompt.id}: {prompt.description}",
        "prompts": [{"id": prompt.id, "label": prompt.id, "raw": json.dumps(messages, ensure_ascii=False)}],
        "providers": ["openai:chat:MODEL"],
        "defaultTest": {"vars": defaults} if defaults else {},
        "tests": [test for test in tests if test is not None],
    }
    return yaml.safe_dump(config, allow_unicode=True, sort_keys=False, width=120), notes


def _test(case: Case, prompt: Prompt, notes: list[str]) -> dict[str, Any] | None:
    if case.question:
        notes.append(f"'{case.name}': its context comes from the index, so it was left out")
        return None
    assertions = []
    for stated in case.expect:
        kind, value = next((k, v) for k, v in stated.items() if k != "weight")
        one = _assertion(kind, value, prompt)
        if one is None:
            notes.append(f"'{case.name}': '{kind}' has no equivalent and was left out")
            continue
        assertions.append(one | ({"weight": stated["weight"]} if "weight" in stated else {}))
    test: dict[str, Any] = {"description": case.name, "vars": dict(case.inputs), "assert": assertions}
    if case.threshold is not None:
        test["threshold"] = case.threshold
    if case.repeat > 1:
        test["options"] = {"repeat": case.repeat}
    return test


def _assertion(kind: str, value: Any, prompt: Prompt) -> dict[str, Any] | None:
    if kind in _NAMES:
        return {"type": _NAMES[kind], "value": str(value)}
    if kind == "cites":
        return {"type": "contains", "value": f"[{value}]" if isinstance(value, int) else str(value)}
    if kind == "max_tokens":
        return {"type": "javascript", "value": f"output.length / 4 <= {int(value)}"}
    if kind == "schema":
        schema = value if isinstance(value, dict) else prompt.schema
        return {"type": "is-json", "value": schema} if schema else None
    if kind == "judge":
        return {"type": "llm-rubric", "value": str(value)}
    if kind == "similar":
        stated: Mapping[str, Any] = value if isinstance(value, dict) else {"to": value}
        return {"type": "similar", "value": stated["to"], "threshold": stated.get("at_least", 0.6)}
    if kind == "not":
        return _negated(value, prompt)
    if kind in ("any", "all"):
        inner = [_assertion(*next((k, v) for k, v in a.items() if k != "weight"), prompt) for a in value]
        if None in inner:
            return None
        return {"type": "assert-set", "threshold": 1 / len(inner) if kind == "any" else 1, "assert": inner}
    return None


def _negated(value: Mapping[str, Any], prompt: Prompt) -> dict[str, Any] | None:
    """Promptfoo negates an assertion by a prefix of its type; a set has no negation."""
    one = _assertion(*next((k, v) for k, v in value.items() if k != "weight"), prompt)
    if one is None or one["type"] == "assert-set":
        return None
    name = str(one["type"])
    return one | {"type": name.removeprefix("not-") if name.startswith("not-") else f"not-{name}"}
