"""`python probe.py JOB RESULT`: find the application, list its endpoints, and send each one the requests of the tests.

Runs in the project's interpreter inside the sandbox. Uses only the standard library and the project's own framework.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from _codeassist_api_edges import edges, special  # type: ignore[import-not-found]
from _codeassist_api_views import reads  # type: ignore[import-not-found]

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
"""At most three times this many requests are tried."""


@dataclass(frozen=True)
class ApiRequest:
    """A request. `template` is its path with placeholders; `documented` are the statuses in the API description.

    `fields` are those of an HTML form, which are sent in place of a JSON body.
    """

    name: str
    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    fields: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    template: str = ""
    documented: list[str] = field(default_factory=list)

    def case(self, special: str = "", **changes: Any) -> dict[str, Any]:
        """The case for this request with some fields changed; `special` names the difference."""
        request = replace(self, **changes)
        return {**vars(request), "special": special, "template": request.template or request.path}


def main() -> int:
    """Read a job {"module": ..., "settings": ...} and write {"kind": ..., "app": ..., "cases": [...]} or {"error": ...}."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            result = probe(job)
    except BaseException as error:  # an application may raise anything while it is imported
        result = {"error": f"{type(error).__name__}: {error}"[:500]}
    Path(sys.argv[2]).write_text(json.dumps(result), encoding="utf-8")
    return 0


def probe(job: dict[str, Any]) -> dict[str, Any]:
    """Find the application in a module or in Django settings, and send it requests."""
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
            app = factory()
            if type(app).__name__ == "FastAPI":
                return fastapi(module, name, app, "factory")
            if type(app).__name__ == "Flask":
                return flask(module, name, app, "factory")
    return {"error": "the module contains no FastAPI or Flask application, and no create_app() that returns one"}


def fastapi(module: Any, name: str, app: Any, how: str) -> dict[str, Any]:
    """Try every operation of the application's own OpenAPI description."""
    from fastapi.testclient import TestClient

    client = TestClient(app, raise_server_exceptions=False)

    def ask(case: dict[str, Any]) -> tuple[int, Any]:
        response = client.request(
            case["method"], case["path"], params=case["query"], json=case["body"], headers=case["headers"]
        )
        return response.status_code, _json(response)

    raising = TestClient(app, raise_server_exceptions=True)

    def blame(case: dict[str, Any]) -> None:
        raising.request(case["method"], case["path"], params=case["query"], json=case["body"], headers=case["headers"])

    document = app.openapi()
    return {"kind": "fastapi", "app": name, "how": how, "openapi": True, "cases": observed(operations(document), ask, blame)}


def flask(module: Any, name: str, app: Any, how: str) -> dict[str, Any]:
    """Try every rule of the application; what its views read of a request is taken from their code (`view_reader`)."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()

    def ask(case: dict[str, Any]) -> tuple[int, Any]:
        sent = {"data": case["fields"]} if case["fields"] else {"json": case["body"]}
        response = client.open(case["path"], method=case["method"], query_string=case["query"], headers=case["headers"], **sent)
        return response.status_code, response.get_json(silent=True)

    def blame(case: dict[str, Any]) -> None:
        app.config["PROPAGATE_EXCEPTIONS"] = True
        try:
            ask(case)
        finally:
            app.config["PROPAGATE_EXCEPTIONS"] = False

    cases = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        methods = sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"})
        for method in methods:
            variable = r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>"
            by = f"_by_{method.lower()}" if len(methods) > 1 else ""
            cases += _rule_cases(rule.endpoint.replace(".", "_") + by, method, rule.rule, variable, reads(view))
    return {"kind": "flask", "app": name, "how": how, "openapi": False, "cases": observed(cases, ask, blame)}


def django(job: dict[str, Any]) -> dict[str, Any]:
    """Try every route of the project's URL configuration, except named-group regexes and the admin site."""
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = job["settings"]
    import django as library
    from django.test import Client
    from django.test.utils import setup_test_environment
    from django.urls import get_resolver

    library.setup()
    setup_test_environment()
    database = _test_database()
    quiet, raising = Client(raise_request_exception=False), Client(raise_request_exception=True)

    def ask(case: dict[str, Any], client: Any = quiet) -> tuple[int, Any]:
        path = case["path"] + (f"?{urlencode(case['query'])}" if case["query"] else "")
        if case["fields"]:
            response = getattr(client, case["method"].lower())(path, data=case["fields"])
        elif case["body"] is not None:
            response = client.generic(case["method"], path, json.dumps(case["body"]), "application/json")
        else:
            response = client.generic(case["method"], path)
        try:
            return response.status_code, json.loads(response.content)
        except ValueError:
            return response.status_code, None

    cases = []
    for route, name, view in _routes(get_resolver().url_patterns, ""):
        if not route.startswith("admin/"):
            for method in ("GET", "POST"):
                by = name if method == "GET" else f"{name}_by_post"
                cases += _rule_cases(by, method, "/" + route, r"<(?:(\w+):)?(\w+)>", reads(view))
    tried = observed(cases, ask, lambda case: ask(case, raising))
    return {
        "kind": "django",
        "app": job["settings"],
        "how": "settings",
        "openapi": False,
        "cases": tried,
        "database": database,
    }


def _test_database() -> bool:
    """Make the project's test databases, as its own test runner does; whether it has any."""
    from django.conf import settings
    from django.test.utils import setup_databases

    configured = [d for d in settings.DATABASES.values() if d.get("ENGINE", "").rpartition(".")[2] not in ("", "dummy")]
    if not configured:
        return False
    setup_databases(verbosity=0, interactive=False)
    return True


def _routes(patterns: Any, prefix: str) -> Any:
    for pattern in patterns:
        route = str(pattern.pattern).lstrip("^").rstrip("$")
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, prefix + route)
        elif "(?P" not in route:
            name = pattern.name or re.sub(r"\W+", "_", prefix + route).strip("_") or "root"
            yield prefix + route, name, pattern.callback


def _rule_cases(
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
        request = replace(request, **{place: sent})  # type: ignore[arg-type]
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


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Cases of every operation of an OpenAPI description, all without a login.

    Each operation as described, then with one required value missing or of a wrong type.
    """
    cases: list[dict[str, Any]] = []
    for path, item in document.get("paths", {}).items():
        for method in item:
            if method in ("get", "post", "put", "patch", "delete"):
                cases += _operation_cases(path, method, item, document)
    return cases


def _operation_cases(path: str, method: str, item: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    operation = item[method]
    parameters = [_resolve(p, document) for p in [*item.get("parameters", ()), *operation.get("parameters", ())]]
    content = _resolve(operation.get("requestBody", {}), document).get("content", {})
    body_schema = _resolve(content.get("application/json", {}).get("schema", {}), document)
    request = replace(
        _with_parameters(_operation_name(path, method, operation), method.upper(), path, parameters, document),
        body=sample(body_schema, document) if body_schema else None,
        documented=sorted(operation.get("responses", {})),
    )
    cases = [request.case()]
    for parameter in parameters:
        cases += _parameter_cases(request, parameter, document)
    return cases + _body_cases(request, body_schema, document)


def _operation_name(path: str, method: str, operation: dict[str, Any]) -> str:
    """The operation id without the path and method that frameworks append to it."""
    name = re.sub(r"[\W_]+", "_", operation.get("operationId", f"{method}_{path}")).strip("_")
    return name.removesuffix(f"_{method}").removesuffix("_" + re.sub(r"[\W_]+", "_", path).strip("_")) or name


def _with_parameters(
    name: str, method: str, template: str, parameters: list[dict[str, Any]], document: dict[str, Any]
) -> ApiRequest:
    """A request with sample values for the path parameters and the required query and header parameters."""
    path = template
    query: dict[str, Any] = {}
    headers: dict[str, str] = {}
    for parameter in parameters:
        value = sample(_resolve(parameter.get("schema", {}), document), document)
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(value))
        elif parameter.get("required") and parameter["in"] == "query":
            query[parameter["name"]] = value
        elif parameter.get("required") and parameter["in"] == "header":
            headers[parameter["name"]] = str(value)
    return ApiRequest(name, method, path, query=query, headers=headers, template=template)


def _parameter_cases(request: ApiRequest, parameter: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    """Cases with the parameter missing, of a wrong type, or at the edges of its type."""
    cases = []
    name, place = parameter["name"], parameter["in"]
    kind = _kind(parameter.get("schema", {}), document)
    typed = kind in ("integer", "number", "boolean")
    for word, value in edges(kind, place):
        if place == "path":
            path = request.template.replace("{" + name + "}", str(value))
            cases.append(request.case(special(word, name), path=re.sub(r"\{\w+\}", "1", path)))
        elif place == "query":
            cases.append(request.case(special(word, name), query=request.query | {name: value}))
    if place == "path" and typed:
        bad_path = re.sub(r"\{\w+\}", "1", request.template.replace("{" + name + "}", "not-a-number"))
        cases.append(request.case(f"with_a_bad_{name}", path=bad_path))
    if place == "query" and parameter.get("required"):
        cases.append(request.case(f"without_{name}", query={k: v for k, v in request.query.items() if k != name}))
    if place == "query" and typed:
        cases.append(request.case(f"with_a_bad_{name}", query=request.query | {name: "not-a-number"}))
    return cases


def _body_cases(request: ApiRequest, schema: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    """Cases with one required field of the body missing or of a wrong type."""
    body = request.body
    if not isinstance(body, dict):
        return []
    cases = []
    for field_name in schema.get("required", ()):
        cases.append(request.case(f"without_{field_name}", body={k: v for k, v in body.items() if k != field_name}))
        kind = _kind(schema.get("properties", {}).get(field_name, {}), document)
        if kind in WRONG:
            cases.append(request.case(f"with_a_bad_{field_name}", body=body | {field_name: WRONG[kind]}))
    for field_name, described in schema.get("properties", {}).items():
        for word, value in edges(_kind(described, document), "body"):
            cases.append(request.case(special(word, field_name), body=body | {field_name: value}))
    return cases


def _kind(schema: Any, document: dict[str, Any]) -> str:
    """The type of a schema; of alternatives, the first that is not null."""
    schema = _resolve(schema, document)
    for key in ("anyOf", "oneOf", "allOf"):
        kinds = [_kind(option, document) for option in schema.get(key, ())]
        if kinds:
            return next((kind for kind in kinds if kind not in ("", "null")), "")
    kind = schema.get("type", "object" if "properties" in schema else "")
    return kind if isinstance(kind, str) else next((k for k in kind if k != "null"), "")


def sample(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> Any:
    """A simple value that conforms to a JSON schema."""
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
        required = schema.get("required", ())
        return {k: sample(v, document, depth + 1) for k, v in schema.get("properties", {}).items() if k in required}
    if kind == "array" and schema.get("minItems"):
        return [sample(schema.get("items", {}), document, depth + 1)] * int(schema["minItems"])
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1 if "exclusiveMinimum" in schema else 1)
        return min(low, schema.get("maximum", low)) if "minimum" in schema or "exclusiveMinimum" in schema else SAMPLES[kind]
    if kind == "string":
        text = FORMATS.get(schema.get("format", ""), "example")
        return text.ljust(int(schema.get("minLength", 0)), "x")[: int(schema.get("maxLength", 10_000))]
    return SAMPLES.get(kind)


def observed(cases: list[dict[str, Any]], ask: Any, blame: Any = None) -> list[dict[str, Any]]:
    """The cases with the status and form of the response; `same` is whether two identical requests got the same status.

    `blame` sends a request so that an exception of the application passes through; with it, a case that failed says where.
    """
    tried: list[dict[str, Any]] = []
    left = cases[: MOST * 3]
    while left:
        case = left.pop(0)
        try:
            first, second = ask(case), ask(case)
        except BaseException as error:  # exceptions of the application may pass through the client
            case["crash"], case["where"] = f"{type(error).__name__}: {error}"[:200], _where(error)
            tried.append(case)
            continue
        if first[0] >= 500 and blame is not None:
            try:
                blame(case)
            except BaseException as error:
                case["crash"], case["where"] = f"{type(error).__name__}: {error}"[:200], _where(error)
        case["status"], case["same"] = first[0], first[0] == second[0]
        case["form"] = form(first[1])
        if first[0] == 401 and not case["special"]:  # who is known but not allowed may get another answer
            headers = case["headers"] | {"Authorization": "Bearer wrong"}
            left.insert(0, {**case, "special": "with_a_wrong_login", "headers": headers})
        if isinstance(first[1], dict) and first[0] < 300 and first == second and len(json.dumps(first[1])) < 160:
            case["json"] = first[1]
        tried.append(case)
    return tried


def _where(error: BaseException) -> str:
    """`file:line` of the innermost frame of an exception in the project's own code; "" when there is none."""
    place, trace, home = "", error.__traceback__, Path.cwd()
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(home) and "site-packages" not in path.parts:
            place = f"{path.relative_to(home).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def form(value: Any) -> Any:
    """The sorted keys of a JSON object, or the type name of another value."""
    return sorted(value) if isinstance(value, dict) else type(value).__name__


def _resolve(schema: Any, document: dict[str, Any]) -> dict[str, Any]:
    for _ in range(10):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        node: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            node = node.get(part, {})
        schema = node
    return schema if isinstance(schema, dict) else {}


def _json(response: Any) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main())
