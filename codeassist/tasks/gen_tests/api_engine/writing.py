"""Observed requests as tests of status, form, validation and login, and a property test where there is a description."""

from __future__ import annotations

from typing import Any

import msgspec

from codeassist.tasks.gen_tests.result import ModuleResult
from codeassist.tasks.gen_tests.search_engine.protocol import Suspicion
from codeassist.tasks.gen_tests.writing.naming import Names, snake

CLIENTS = {
    "fastapi": (
        ["from fastapi.testclient import TestClient"],
        "client = TestClient({app}, raise_server_exceptions=False)",
    ),
    "flask": ([], "client = {app}.test_client()"),
    "django": (["import django", "from django.test import Client"], "client = Client(raise_request_exception=False)"),
}
PROPERTY = """@schema.parametrize()
@settings(max_examples=20, deadline=None, derandomize=True, database=None)
def test_no_input_breaks_the_server(case):
    sent = case.as_transport_kwargs()
    response = client.request(**{name: sent[name] for name in sent if name in PASSED})
    case.validate_response(response, checks=[not_a_server_error])"""


class ApiCase(msgspec.Struct):
    """A request and what came back twice: `same` says whether both agree, `crash` what the application raised.

    `template` is the path with its placeholders, `special` what is odd about the request, `documented` the statuses that
    the description names, `form` the keys of an object or the name of another type, `json` a short whole answer.
    """

    name: str
    method: str
    path: str
    special: str = ""
    query: dict[str, Any] = {}
    body: Any = None
    headers: dict[str, Any] = {}
    template: str = ""
    documented: list[str] = []
    crash: str = ""
    status: int = 0
    same: bool = False
    form: Any = None
    json: dict[str, Any] | None = None


class ApiSurvey(msgspec.Struct):
    """What the probe found: the framework, the application's name and how it is made, its description, the cases."""

    kind: str = ""
    app: str = ""
    how: str = "app"
    openapi: bool = False
    cases: list[ApiCase] = []
    error: str = ""


def write_api(module: str, found: ApiSurvey, report: ModuleResult, *, schemathesis: bool) -> tuple[str, list[str]]:
    """(the whole file, the names of its tests). What a crash or a status of 500 shows is a suspicion, never a test."""
    kind, names = found.kind, Names(set())
    tests: list[tuple[str, str]] = []
    for case in found.cases:
        if case.crash or case.status >= 500:
            _suspect(case, report)
        elif not case.same:
            report.drop("does not answer the same twice")
        else:
            _undocumented(case, report)
            tests.append(_test(case, kind, names))
    lines, client = CLIENTS[kind]
    lines = list(lines)
    app = found.app if found.how == "app" else f"{found.app}()"
    head = [f'"""Tests of the API of `{module}`, made by codeassist from what its test client saw; edit them freely."""', ""]
    if kind == "django":
        head += ["import os", "", *lines, "", f'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{module}")', "django.setup()"]
    else:
        lines.append(f"from {module} import {found.app}")
        if found.openapi and schemathesis:
            lines += [
                "import schemathesis",
                "from hypothesis import settings",
                "from schemathesis.checks import not_a_server_error",
            ]
        head += sorted(lines, key=lambda x: (x.endswith(f"import {found.app}"), x.startswith("from"), x))
    head += ["", client.format(app=app)]
    bodies = [text for _, text in tests]
    made = [name for name, _ in tests]
    if found.openapi and schemathesis:
        broken = sorted({c.template for c in found.cases if c.crash or c.status >= 500})
        without = "".join(f".exclude(path={path!r})" for path in broken)
        head.append(f"schema = schemathesis.openapi.from_dict({app}.openapi()){without}")
        head.append('PASSED = ("method", "url", "params", "json", "headers", "cookies", "content", "data")')
        bodies.append(PROPERTY)
        made.append("test_no_input_breaks_the_server")
    return "\n".join(head) + "\n\n\n" + "\n\n\n".join(bodies) + "\n", made


def _test(case: ApiCase, kind: str, names: Names) -> tuple[str, str]:
    special = f"_{snake(case.special)}" if case.special else ""
    outcome = {401: "_needs_a_login", 403: "_is_forbidden", 404: "_is_not_found", 422: "_is_refused", 400: "_is_refused"}
    name = names.pick(f"test_{snake(case.name)}{special}{outcome.get(case.status, '')}", "")
    lines = [f"def {name}():", f"    response = {_call(case, kind)}", f"    assert response.status_code == {case.status}"]
    content = "response.get_json()" if kind == "flask" else "response.json()"
    if case.json is not None:
        lines.append(f"    assert {content} == {case.json!r}")
    elif isinstance(case.form, list):
        lines.append(f"    assert sorted({content}) == {case.form!r}")
    elif case.form == "list":
        lines.append(f"    assert isinstance({content}, list)")
    return name, "\n".join(lines)


def _call(case: ApiCase, kind: str) -> str:
    """The request as the framework's client spells it."""
    path = case.path
    told = []
    if case.query:
        told.append(f"{'query_string' if kind == 'flask' else 'query_params' if kind == 'django' else 'params'}={case.query!r}")
    if case.body is not None:
        told.append(f"data={case.body!r}, content_type='application/json'" if kind == "django" else f"json={case.body!r}")
    if case.headers:
        told.append(f"headers={case.headers!r}")
    method = case.method.lower()
    if kind == "fastapi" and method == "delete" and case.body is not None:
        return f"client.request({', '.join([repr('DELETE'), repr(path), *told])})"
    return f"client.{method}({', '.join([repr(path), *told])})"


def _suspect(case: ApiCase, report: ModuleResult) -> None:
    what = f"raises {case.crash}" if case.crash else f"answers {case.status}"
    asked = f"{case.method} {case.path}" + (f" {case.query}" if case.query else "")
    asked += f" {case.body!r}" if case.body is not None else ""
    report.suspicions.append(Suspicion(case.name, f"{what} to a plain request", 1, asked))


def _undocumented(case: ApiCase, report: ModuleResult) -> None:
    """A status that the description does not name is worth a look, but is what the API does."""
    told = case.documented
    if told and str(case.status) not in told and "default" not in told and case.status not in (404, 405):
        asked = f"{case.method} {case.path}"
        report.suspicions.append(Suspicion(case.name, f"answers {case.status}, which its description does not name", 1, asked))
