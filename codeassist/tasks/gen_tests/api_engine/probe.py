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
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from _codeassist_api_openapi import operations  # type: ignore[import-not-found]
from _codeassist_api_routes import route_cases  # type: ignore[import-not-found]
from _codeassist_api_views import reads  # type: ignore[import-not-found]

MOST = 60
"""At most three times this many requests are tried."""


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
            cases += route_cases(rule.endpoint.replace(".", "_") + by, method, rule.rule, variable, reads(view))
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
                cases += route_cases(by, method, "/" + route, r"<(?:(\w+):)?(\w+)>", reads(view))
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


def _json(response: Any) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main())
