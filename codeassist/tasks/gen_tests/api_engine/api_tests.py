"""Writes observed responses as tests of status, form, validation and login, and a property test if a schema is available."""

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
    "django": (
        ["import django", "import pytest", "from django.test import Client, override_settings"],
        "client = Client(raise_request_exception=False)",
    ),
}
PROPERTY = """@schema.parametrize()
@settings(max_examples=20, deadline=None, derandomize=True, database=None)
def test_no_input_breaks_the_server(case):
    sent = case.as_transport_kwargs()
    response = client.request(**{name: sent[name] for name in sent if name in PASSED})
    case.validate_response(response, checks=[not_a_server_error])"""


SITE = """@pytest.fixture(scope="module", autouse=True)
def site():
    with override_settings(ALLOWED_HOSTS=["testserver"], DEBUG=False):
        yield"""
"""As under Django's own test runner: most projects allow no host but their own."""

DATABASE = """@pytest.fixture(scope="module", autouse=True)
def databases():
    made = setup_databases(verbosity=0, interactive=False)
    yield
    teardown_databases(made, verbosity=0)"""


class ApiCase(msgspec.Struct):
    """A request that was sent twice, and its response.

    `same` is whether both statuses agree, `crash` the exception of the application, `where` its file and line. `template` is
    the path with its placeholders, `special` names how the request differs from a plain one, `documented` are the statuses in
    the API description, `form` the keys of a JSON object or the type name of another value, `json` a short complete response.
    """

    name: str
    method: str
    path: str
    special: str = ""
    query: dict[str, Any] = {}
    body: Any = None
    fields: dict[str, Any] = {}
    headers: dict[str, Any] = {}
    template: str = ""
    documented: list[str] = []
    crash: str = ""
    where: str = ""
    status: int = 0
    same: bool = False
    form: Any = None
    json: dict[str, Any] | None = None


class ApiSurvey(msgspec.Struct):
    """The result of the probe: framework, application name, how to get it (`app`, `factory`, `settings`), and the cases.

    `database`: whether it has databases, which tests need as test databases.
    """

    kind: str = ""
    app: str = ""
    how: str = "app"
    openapi: bool = False
    database: bool = False
    cases: list[ApiCase] = []
    error: str = ""


def write_api(module: str, found: ApiSurvey, report: ModuleResult, *, schemathesis: bool) -> tuple[str, list[str]]:
    """(text of the test file, names of its tests). A crash or a status from 500 becomes a suspicion, never a test."""
    kind, names = found.kind, Names(set())
    tests: list[tuple[str, str]] = []
    causes: set[tuple[str, str]] = set()
    plain: dict[tuple[str, str], list[int]] = {}
    for case in found.cases:
        if case.crash or case.status >= 500:
            _suspect(case, report, causes)
        elif not case.same:
            report.drop("different statuses for the same request")
        else:
            _undocumented(case, report, causes)
            if not _adds_nothing(case, plain.setdefault((case.method, case.template), [])):
                tests.append(_test(case, kind, names))
    lines, client = CLIENTS[kind]
    lines = list(lines)
    app = found.app if found.how == "app" else f"{found.app}()"
    head = [
        f'"""Tests of the API of `{module}`, made by codeassist from the responses to its test client; edit them freely."""',
        "",
    ]
    if kind == "django" and found.database:
        lines.append("from django.test.utils import setup_databases, teardown_databases")
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
    if kind == "django":
        bodies = [SITE, *([DATABASE] if found.database else []), *bodies]
    test_names = [name for name, _ in tests]
    if found.openapi and schemathesis:
        broken = sorted({c.template for c in found.cases if c.crash or c.status >= 500})
        exclusions = "".join(f".exclude(path={path!r})" for path in broken)
        head.append(f"schema = schemathesis.openapi.from_dict({app}.openapi()){exclusions}")
        head.append('PASSED = ("method", "url", "params", "json", "headers", "cookies", "content", "data")')
        bodies.append(PROPERTY)
        test_names.append("test_no_input_breaks_the_server")
    return "\n".join(head) + "\n\n\n" + "\n\n\n".join(bodies) + "\n", test_names


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
    """The source text of the request with the framework's client."""
    path = case.path
    arguments = []
    if case.query:
        arguments.append(
            f"{'query_string' if kind == 'flask' else 'query_params' if kind == 'django' else 'params'}={case.query!r}"
        )
    if case.fields:
        arguments.append(f"data={case.fields!r}")
    elif case.body is not None:
        arguments.append(f"data={case.body!r}, content_type='application/json'" if kind == "django" else f"json={case.body!r}")
    if case.headers:
        arguments.append(f"headers={case.headers!r}")
    method = case.method.lower()
    if kind == "fastapi" and method == "delete" and case.body is not None:
        return f"client.request({', '.join([repr('DELETE'), repr(path), *arguments])})"
    return f"client.{method}({', '.join([repr(path), *arguments])})"


def _adds_nothing(case: ApiCase, statuses: list[int]) -> bool:
    """Whether an edge case has a status that an earlier test of its route asserts already; notes the status."""
    known = case.status in statuses and case.special.startswith(("with_zero", "with_a_negative", "with_an_", "with_a_long"))
    statuses.append(case.status)
    return known and case.special != "with_an_empty_body"


def _suspect(case: ApiCase, report: ModuleResult, causes: set[tuple[str, str]]) -> None:
    """Report a failure of the server, once for each place in the code, or for each route where that is not known."""
    cause = (case.where or f"{case.method} {case.template}", case.crash.partition(":")[0])
    if cause in causes:
        return
    causes.add(cause)
    what = f"raises {case.crash}" if case.crash else f"returns {case.status}"
    what += f" at {case.where}" if case.where else ""
    report.suspicions.append(Suspicion(case.name, f"{what} to {_request(case)}", _line(case.where), _request(case)))


def _line(where: str) -> int:
    return int(where.rpartition(":")[2]) if where else 1


def _request(case: ApiCase) -> str:
    """The request in words, with long values cut."""
    request = f"{case.method} {case.path}" + (f" {case.query}" if case.query else "")
    sent = case.fields or case.body
    request += f" {sent!r}" if sent is not None else ""
    return request if len(request) <= 200 else f"{request[:160]}... ({len(request)} characters)"


def _undocumented(case: ApiCase, report: ModuleResult, causes: set[tuple[str, str]]) -> None:
    """Report a status that the API description does not document, once a route; it is still tested."""
    documented, cause = case.documented, (f"{case.method} {case.template}", str(case.status))
    if cause in causes or case.status in (401, 403, 404, 405):
        return
    if documented and str(case.status) not in documented and "default" not in documented:
        causes.add(cause)
        request = f"{case.method} {case.path}"
        report.suspicions.append(
            Suspicion(case.name, f"returns {case.status}, which its description does not document", 1, request)
        )
