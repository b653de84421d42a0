"""`python probe.py JOB RESULT`: find the application, list its endpoints, and ask each one what a test would ask.

Runs in the project's interpreter inside the sandbox. Only the standard library and the project's own framework are used.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

SAMPLES = {"integer": 1, "number": 1.5, "boolean": True, "string": "example", "array": [], "object": {}, "null": None}
FORMATS = {
    "date": "2024-01-31",
    "date-time": "2024-01-31T12:00:00Z",
    "uuid": "12345678-1234-5678-1234-567812345678",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "time": "12:00:00",
    "ipv4": "192.0.2.1",
}
WRONG = {"integer": "not-a-number", "number": "not-a-number", "boolean": "maybe", "array": "x", "object": "x", "string": [1]}
MOST = 60


def main() -> int:
    """One job: {"module": ..., "names": [...]} to {"kind": ..., "app": ..., "cases": [...]}."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            found = probe(job)
    except BaseException as error:  # whatever an application does while it is imported
        found = {"error": f"{type(error).__name__}: {error}"[:500]}
    Path(sys.argv[2]).write_text(json.dumps(found), encoding="utf-8")
    return 0


def probe(job: dict[str, Any]) -> dict[str, Any]:
    """Find what kind of application a module holds, and ask it."""
    if job.get("settings"):
        return django(job)
    module = importlib.import_module(job["module"])
    for name, value in vars(module).items():
        kind = type(value).__module__.partition(".")[0]
        if type(value).__name__ == "FastAPI" and kind == "fastapi":
            return fastapi(module, name, value, "app")
        if type(value).__name__ == "Flask" and kind == "flask":
            return flask(module, name, value, "app")
    for name in ("create_app", "make_app", "get_app"):
        factory = getattr(module, name, None)
        if callable(factory):
            made = factory()
            if type(made).__name__ == "FastAPI":
                return fastapi(module, name, made, "factory")
            if type(made).__name__ == "Flask":
                return flask(module, name, made, "factory")
    return {"error": "the module holds no FastAPI or Flask application, and no create_app() that makes one"}


def fastapi(module: Any, name: str, app: Any, how: str) -> dict[str, Any]:
    """Every operation of the application's own OpenAPI description."""
    from fastapi.testclient import TestClient

    client = TestClient(app, raise_server_exceptions=False)

    def ask(case: dict[str, Any]) -> tuple[int, Any]:
        response = client.request(
            case["method"], case["path"], params=case["query"], json=case["body"], headers=case["headers"]
        )
        return response.status_code, _json(response)

    document = app.openapi()
    return {"kind": "fastapi", "app": name, "how": how, "openapi": True, "cases": observed(operations(document), ask)}


def flask(module: Any, name: str, app: Any, how: str) -> dict[str, Any]:
    """Every rule of the application; Flask describes no bodies, so they are asked with none and with an empty object."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()

    def ask(case: dict[str, Any]) -> tuple[int, Any]:
        response = client.open(
            case["path"], method=case["method"], query_string=case["query"], json=case["body"], headers=case["headers"]
        )
        return response.status_code, response.get_json(silent=True)

    cases = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        for method in sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}):
            cases += _rule_cases(rule.endpoint.replace(".", "_"), method, rule.rule, r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
    return {"kind": "flask", "app": name, "how": how, "openapi": False, "cases": observed(cases, ask)}


def django(job: dict[str, Any]) -> dict[str, Any]:
    """Every named or plain route of the project's URL configuration."""
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = job["settings"]
    import django as library
    from django.test import Client
    from django.test.utils import setup_test_environment
    from django.urls import get_resolver

    library.setup()
    setup_test_environment()
    client = Client(raise_request_exception=False)

    def ask(case: dict[str, Any]) -> tuple[int, Any]:
        how: dict[str, Any] = {"headers": case["headers"]}
        if case["body"] is not None:
            how |= {"data": json.dumps(case["body"]), "content_type": "application/json"}
        path = case["path"] + ("?" + "&".join(f"{k}={v}" for k, v in case["query"].items()) if case["query"] else "")
        response = client.generic(
            case["method"], path, how.get("data", ""), how.get("content_type", "application/octet-stream")
        )
        try:
            return response.status_code, json.loads(response.content)
        except ValueError:
            return response.status_code, None

    cases = []
    for route, name in _routes(get_resolver().url_patterns, ""):
        if not route.startswith("admin/"):
            for method in ("GET", "POST"):
                cases += _rule_cases(name, method, "/" + route, r"<(?:(\w+):)?(\w+)>")
    return {"kind": "django", "app": job["settings"], "how": "settings", "openapi": False, "cases": observed(cases, ask)}


def _routes(patterns: Any, prefix: str) -> Any:
    for pattern in patterns:
        route = str(pattern.pattern).lstrip("^").rstrip("$")
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, prefix + route)
        elif "(?P" not in route:
            yield prefix + route, pattern.name or re.sub(r"\W+", "_", prefix + route).strip("_") or "root"


def _rule_cases(name: str, method: str, rule: str, variable: str) -> list[dict[str, Any]]:
    """Cases of a route with converters: as it is, with a value that fits no converter, and with an empty body."""
    samples = {"int": "1", "float": "1.5", "uuid": FORMATS["uuid"], "path": "a/b"}
    path = re.sub(variable, lambda m: samples.get(m[1] or "", "example"), rule)
    cases = [_case(name, method, path, "")]
    if re.search(variable, rule) and any(m[0] in ("int", "float", "uuid") for m in re.findall(variable, rule)):
        cases.append(_case(name, method, re.sub(variable, "not-a-number", rule), "with_a_bad_path"))
    if method in ("POST", "PUT", "PATCH"):
        cases.append(_case(name, method, path, "with_an_empty_body", body={}))
    return cases


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Cases of every operation of an OpenAPI description, all without a login.

    Each as it is described, then with what is required missing or of another type.
    """
    cases: list[dict[str, Any]] = []
    for path, item in document.get("paths", {}).items():
        for method, told in item.items():
            if method not in ("get", "post", "put", "patch", "delete"):
                continue
            name = re.sub(r"[\W_]+", "_", told.get("operationId", f"{method}_{path}")).strip("_")
            name = name.removesuffix(f"_{method}").removesuffix("_" + re.sub(r"[\W_]+", "_", path).strip("_")) or name
            parameters = [_resolve(p, document) for p in [*item.get("parameters", ()), *told.get("parameters", ())]]
            filled = path
            query: dict[str, Any] = {}
            headers: dict[str, str] = {}
            for p in parameters:
                value = sample(_resolve(p.get("schema", {}), document), document)
                if p["in"] == "path":
                    filled = filled.replace("{" + p["name"] + "}", str(value))
                elif p.get("required") and p["in"] == "query":
                    query[p["name"]] = value
                elif p.get("required") and p["in"] == "header":
                    headers[p["name"]] = str(value)
            content = _resolve(told.get("requestBody", {}), document).get("content", {})
            schema = _resolve(content.get("application/json", {}).get("schema", {}), document)
            body: Any = sample(schema, document) if schema else None
            verb = method.upper()
            cases.append(_case(name, verb, filled, "", query, body, headers, told, path))
            for p in parameters:
                kind = _resolve(p.get("schema", {}), document).get("type")
                if p["in"] == "path" and kind in ("integer", "number", "boolean"):
                    bad = path.replace("{" + p["name"] + "}", "not-a-number")
                    bad = re.sub(r"\{\w+\}", "1", bad)
                    cases.append(_case(name, verb, bad, f"with_a_bad_{p['name']}", query, body, headers, told, path))
                if p["in"] == "query" and p.get("required"):
                    rest = {k: v for k, v in query.items() if k != p["name"]}
                    cases.append(_case(name, verb, filled, f"without_{p['name']}", rest, body, headers, told, path))
                if p["in"] == "query" and kind in ("integer", "number", "boolean"):
                    wrong = query | {p["name"]: "not-a-number"}
                    cases.append(_case(name, verb, filled, f"with_a_bad_{p['name']}", wrong, body, headers, told, path))
            for required in schema.get("required", ()) if isinstance(body, dict) else ():
                rest = {k: v for k, v in body.items() if k != required}
                cases.append(_case(name, verb, filled, f"without_{required}", query, rest, headers, told, path))
                kind = _resolve(schema.get("properties", {}).get(required, {}), document).get("type")
                if kind in WRONG:
                    wrong_body = body | {required: WRONG[kind]}
                    cases.append(_case(name, verb, filled, f"with_a_bad_{required}", query, wrong_body, headers, told, path))
    return cases


def sample(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> Any:
    """A value that fits a JSON schema, as plain as can be."""
    schema = _resolve(schema, document)
    for key in ("example", "default", "const"):
        if key in schema and schema[key] is not None:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return sample(schema[key][0], document, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if kind == "object" and depth < 6:
        wanted = schema.get("required", ())
        return {k: sample(v, document, depth + 1) for k, v in schema.get("properties", {}).items() if k in wanted}
    if kind == "array" and schema.get("minItems"):
        return [sample(schema.get("items", {}), document, depth + 1)] * int(schema["minItems"])
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1 if "exclusiveMinimum" in schema else 1)
        return min(low, schema.get("maximum", low)) if "minimum" in schema or "exclusiveMinimum" in schema else SAMPLES[kind]
    if kind == "string":
        text = FORMATS.get(schema.get("format", ""), "example")
        return text.ljust(int(schema.get("minLength", 0)), "x")[: int(schema.get("maxLength", 10_000))]
    return SAMPLES.get(kind)


def observed(cases: list[dict[str, Any]], ask: Any) -> list[dict[str, Any]]:
    """Cases with the status and the form of what came back, where two askings agree."""
    found = []
    for case in cases[: MOST * 3]:
        try:
            first, second = ask(case), ask(case)
        except BaseException as error:  # an application may raise through its client
            case["crash"] = f"{type(error).__name__}: {error}"[:200]
            found.append(case)
            continue
        case["status"], case["same"] = first[0], first[0] == second[0]
        case["form"] = form(first[1])
        if isinstance(first[1], dict) and first[0] < 300 and first == second and len(json.dumps(first[1])) < 160:
            case["json"] = first[1]
        found.append(case)
    return found


def form(value: Any) -> Any:
    """The keys of an object, or the name of another type."""
    return sorted(value) if isinstance(value, dict) else type(value).__name__


def _case(
    name: str,
    method: str,
    path: str,
    special: str,
    query: Any = None,
    body: Any = None,
    headers: Any = None,
    told: Any = None,
    template: str = "",
) -> dict[str, Any]:
    told = told or {}
    return {
        "name": name,
        "method": method,
        "path": path,
        "special": special,
        "query": query or {},
        "body": body,
        "headers": headers or {},
        "template": template or path,
        "documented": sorted(told.get("responses", {})),
    }


def _resolve(schema: Any, document: dict[str, Any]) -> dict[str, Any]:
    for _ in range(10):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found.get(part, {})
        schema = found
    return schema if isinstance(schema, dict) else {}


def _json(response: Any) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main())
