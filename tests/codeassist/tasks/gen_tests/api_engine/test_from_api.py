"""Tests of HTTP APIs: small real applications of each framework, called through their own test clients."""

from __future__ import annotations

import json
import sys

import pytest

from codeassist.errors import UsageError
from codeassist.tasks.gen_tests import GenerationError, ModuleOptions
from codeassist.tasks.gen_tests.api_engine import generate_api
from tests.codeassist.tasks.gen_tests.api_engine.conftest import run
from tests.conftest import write

FASTAPI = '''"""A shop."""

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer
from pydantic import BaseModel

app = FastAPI()
login = HTTPBearer()


class Item(BaseModel):
    name: str
    price: float
    tags: list[str] = []


@app.get("/items/{item_id}")
def read_item(item_id: int, q: str | None = None):
    if item_id == 404:
        raise HTTPException(404, "no such item")
    return {"id": item_id, "q": q}


@app.post("/items", status_code=201)
def create_item(item: Item):
    return {"name": item.name, "total": item.price * 2}


@app.get("/me")
def read_me(token=Depends(login)):
    return {"token": token.credentials}


@app.get("/broken")
def read_broken(divisor: int):
    return 1 / (divisor - 1)
'''
FLASK = """from flask import Flask, jsonify, request


def create_app():
    app = Flask(__name__)

    @app.get("/users/<int:number>")
    def user(number):
        return jsonify(id=number, name=f"user {number}")

    @app.post("/users")
    def add_user():
        data = request.get_json(silent=True) or {}
        if "name" not in data:
            return jsonify(error="name is missing"), 400
        return jsonify(name=data["name"]), 201

    return app
"""
SETTINGS = "SECRET_KEY = 'x'\nALLOWED_HOSTS = ['*']\nINSTALLED_APPS = []\nROOT_URLCONF = 'site_urls'\nMIDDLEWARE = []\nDATABASES = {}\n"
URLS = """from django.http import JsonResponse
from django.urls import path


def book(request, number):
    return JsonResponse({"number": number})


urlpatterns = [path("books/<int:number>/", book, name="book")]
"""


def test_fastapi(tmp_path):
    root = write(tmp_path, {"shop.py": FASTAPI})
    report = generate_api(str(root / "shop.py"), root, ModuleOptions(40, repeats=2), sys.executable)
    assert {
        "test_read_item",
        "test_read_item_with_a_bad_item_id_is_refused",
        "test_create_item",
        "test_create_item_without_name_is_refused",
    } <= set(report.tests)
    assert any("read_me" in name and "needs_a_login" in name for name in report.tests) or any(
        "read_me_is_forbidden" in name for name in report.tests
    )
    assert 'client.get("/items/1")' in report.text
    assert "== 422" in report.text
    broken = [s for s in report.suspicions if s.target == "read_broken" and "ZeroDivisionError" in s.what]
    assert [s.line for s in broken] == [36]
    assert "shop.py:36" in broken[0].what
    assert '"divisor": 1' not in report.text
    assert '.exclude(path="/broken")' in report.text
    assert "schemathesis" in report.text
    result = run(root, report)
    assert result.returncode == 0, result.stdout
    (root / "shop.py").write_text(FASTAPI.replace('"total": item.price * 2', '"sum": item.price'))
    assert run(root, report).returncode == 1


def test_flask_with_a_factory(tmp_path):
    root = write(tmp_path, {"web.py": FLASK})
    report = generate_api(str(root / "web.py"), root, ModuleOptions(30, repeats=2), sys.executable)
    assert {"test_user", "test_user_with_a_bad_path_is_not_found", "test_add_user_with_an_empty_body_is_refused"} <= set(
        report.tests
    ), report.tests
    assert "create_app().test_client()" in report.text
    assert run(root, report).returncode == 0
    (root / "web.py").write_text(FLASK.replace(", 400", ", 200"))
    assert run(root, report).returncode == 1


def test_django(tmp_path):
    root = write(tmp_path, {"site_settings.py": SETTINGS, "site_urls.py": URLS})
    report = generate_api(str(root / "site_settings.py"), root, ModuleOptions(30, repeats=2), sys.executable)
    assert "test_book" in report.tests
    assert "test_book_with_a_bad_path_is_not_found" in report.tests
    result = run(root, report)
    assert result.returncode == 0, result.stdout


def test_an_openapi_file(tmp_path):
    document = {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "ok"}}}}},
    }
    root = write(tmp_path, {"openapi.json": json.dumps(document), "other.yaml": "a: 1\n"})
    report = generate_api(str(root / "openapi.json"), root, ModuleOptions(20), sys.executable)
    assert report.path == root / "tests" / "test_openapi_api.py"
    assert "API_URL" in report.trouble
    result = run(root, report)
    assert "1 skipped" in result.stdout, result.stdout
    with pytest.raises(UsageError, match="is not an OpenAPI file"):
        generate_api(str(root / "other.yaml"), root, ModuleOptions(20), sys.executable)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\n", "contains no FastAPI or Flask application"),
        ("import nowhere\n", "ModuleNotFoundError"),
        ("import os\nos._exit(3)\n", "ended the process"),
        ("from fastapi import FastAPI\napp = FastAPI()\n", "no endpoint that can be tested"),
    ],
)
def test_a_module_without_a_testable_api_is_an_error(tmp_path, source, message):
    root = write(tmp_path, {"web.py": source})
    with pytest.raises(GenerationError, match=message):
        generate_api(str(root / "web.py"), root, ModuleOptions(10), sys.executable)


def test_the_command(tmp_path, run):
    write(tmp_path, {"web.py": FLASK})
    result = run("gen-tests", "--api", "web.py", "--budget", "20", "--python", sys.executable, "--write", cwd=tmp_path)
    assert result.code == 0, result.err
    assert "Wrote" in result.err
    assert "def test_user()" in (tmp_path / "tests" / "test_web_api.py").read_text()


MODELS = """from django.db import connection
from django.http import JsonResponse
from django.urls import path


def count(request, number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 + %s", [number])
        return JsonResponse({"sum": cursor.fetchone()[0]})


urlpatterns = [path("sums/<int:number>/", count, name="count")]
"""


def test_django_gets_its_test_database(tmp_path):
    databases = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'real.sqlite3'}}\n"
    root = write(tmp_path, {"site_settings.py": SETTINGS.replace("DATABASES = {}\n", databases), "site_urls.py": MODELS})
    report = generate_api(str(root / "site_settings.py"), root, ModuleOptions(30, repeats=1), sys.executable)
    assert "test_count" in report.tests, report.suspicions
    assert "setup_databases" in report.text
    result = run(root, report)
    assert result.returncode == 0, result.stdout
    assert not (root / "real.sqlite3").exists()
