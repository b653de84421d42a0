"""The requests that tests send to a route without an API description. Runs inside the sandbox beside `probe`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from _codeassist_api_edges import edges, special  # type: ignore[import-not-found]
from _codeassist_api_request import FORMATS, SAMPLES, WRONG, ApiRequest  # type: ignore[import-not-found]


def route_cases(
    name: str, method: str, rule: str, variable: str, read: dict[tuple[str, str], str] | None = None
) -> list[dict[str, Any]]:
    """Cases of a route: with sample values, with a value that its converters reject, at the edges of what its view reads."""
    samples = {"int": "1", "float": "1.5", "uuid": FORMATS["uuid"], "path": "a/b"}
    path = re.sub(variable, lambda m: samples.get(m[1] or "", "example"), rule)
    request = ApiRequest(name, method, path, template=rule)
    with_body = method in ("POST", "PUT", "PATCH", "DELETE")
    places = {"query": "query", "form": "fields", "body": "body"} if with_body else {"query": "query"}
    wanted = {(places[place], key): kind for (place, key), kind in (read or {}).items() if place in places}
    for (place, key), json_type in wanted.items():
        value = [1, 2] if json_type == "array" else SAMPLES[json_type]
        sent = (getattr(request, place) or {}) | {key: value}
        request = replace(request, **{place: sent})
    cases = [request.case()]
    if re.search(variable, rule) and any(m[0] in ("int", "float", "uuid") for m in re.findall(variable, rule)):
        cases.append(request.case("with_a_bad_path", path=re.sub(variable, "not-a-number", rule)))
    for match in re.finditer(variable, rule):
        kinds = {"int": "integer", "float": "number", "": "string", "string": "string", "str": "string", "slug": "string"}
        for word, value in edges(kinds.get(match[1] or "", ""), "path"):
            changed = f"{rule[: match.start()]}{value}{rule[match.end() :]}"
            changed = re.sub(variable, lambda m: samples.get(m[1] or "", "example"), changed)
            cases.append(request.case(special(word, match[2]), path=changed))
    for (place, key), json_type in wanted.items():
        sent = getattr(request, place)
        cases.append(request.case(f"without_{key}", **{place: {k: v for k, v in sent.items() if k != key}}))
        cases += [request.case(special(word, key), **{place: sent | {key: v}}) for word, v in edges(json_type, place)]
        if json_type in ("integer", "number"):
            cases.append(request.case(f"with_a_bad_{key}", **{place: sent | {key: WRONG[json_type]}}))
    if with_body and method != "DELETE":
        cases.append(request.case("with_an_empty_body", body={}, fields={}))
    return cases
