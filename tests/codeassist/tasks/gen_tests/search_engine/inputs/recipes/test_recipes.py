"""A case for each recipe: a small module of the library, searched as users' modules are."""

from __future__ import annotations

import ast
import time

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs import recipes
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

FLASK = """
from flask import Flask, jsonify, request

app = Flask(__name__)


@app.get("/square/<int:number>")
def square(number):
    return jsonify(square=number * number)


def wanted():
    return request.headers.get("Authorization", "none")


def named(app):
    return app.name
"""
FASTAPI = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/square/{number}")
def square(number: int):
    return {"square": number * number}
"""
CLICK = """
import click


@click.command()
@click.argument("name")
@click.option("--shout", is_flag=True)
@click.option("--style", type=click.Choice(["plain", "fancy"]))
def greet(name, shout, style):
    if style == "fancy":
        name = f"*{name}*"
    if shout:
        name = name.upper()
    click.echo(f"Hello {name}")
"""
TYPER = """
import typer

app = typer.Typer()


@app.command()
def greet(name: str, shout: bool = False):
    if shout:
        name = name.upper()
    typer.echo(f"Hello {name}")
"""
SQLALCHEMY = """
import sqlalchemy


def version(engine):
    with engine.connect() as connection:
        return connection.execute(sqlalchemy.text("SELECT 40 + 2")).scalar()
"""
HTTPX = """
import httpx


async def status(client: httpx.AsyncClient) -> int:
    response = await client.get("http://localhost/a")
    if response.status_code == 404:
        return -1
    return response.status_code
"""
FLASK_COMMAND = """
import click
from flask import current_app
from flask.cli import with_appcontext


@click.command()
@with_appcontext
def named():
    click.echo(current_app.name)
"""
REQUESTS = """
import requests


def count(name):
    response = requests.get("http://127.0.0.1:9/" + str(name))
    if response.status_code == 404:
        return -1
    return len(response.text)
"""
URLLIB = """
from urllib.request import urlopen


def size(name):
    with urlopen("http://127.0.0.1:9/a") as page:
        return len(page.read())
"""
CLICK_FILE = """
import click


@click.command()
@click.argument("source", type=click.File())
def count(source):
    click.echo(len(source.read()))
"""
LOGGING = """
import logging


class Short(logging.Formatter):
    def formatMessage(self, record):
        if record.levelname == "ERROR":
            return "!" + record.message
        return record.message


def level(record: logging.LogRecord) -> int:
    if record.levelno > 30:
        return record.levelno
    return 0
"""


@pytest.mark.parametrize(
    ("library", "source", "program"),
    [
        ("flask", FLASK, "app.test_client().get('/square/"),
        ("flask", FLASK, "with app.test_request_context("),
        ("flask", FLASK, "named(flask.Flask('app'))"),
        ("fastapi", FASTAPI, "TestClient(app).get('/square/"),
        ("click", CLICK, "CliRunner().invoke(greet, ["),
        ("typer", TYPER, "CliRunner().invoke(app, ["),
        ("sqlalchemy", SQLALCHEMY, "sqlalchemy.create_engine('sqlite://')"),
        ("flask", FLASK_COMMAND, "flask.Flask('app').test_cli_runner().invoke(named, "),
        ("logging", LOGGING, "level(logging.makeLogRecord("),
        ("logging", LOGGING, "short.format(logging.makeLogRecord("),
        ("requests", REQUESTS, "monkeypatch.setattr(requests.Session, 'request', "),
        ("urllib", URLLIB, "monkeypatch.setattr(urllib.request.OpenerDirector, 'open', "),
        ("click", CLICK_FILE, "CliRunner().invoke(count, [str(tmp_path / 'data."),
        ("httpx", HTTPX, "AsyncClient(transport=httpx.MockTransport("),
    ],
)
def test_each_library(bench_of, library, source, program):
    pytest.importorskip(library)
    bench = bench_of(source)
    search = Search(bench, Inventory(bench), 1)
    search.explore(time.monotonic() + 12)
    assert any(program in candidate.text for candidate, outcome in search.kept if not outcome.raised), [
        candidate.text for candidate, _ in search.kept
    ]
    assert not bench.instrumenter.lines - search.reached


def test_only_what_a_module_imports_is_recognised():
    assert {r.library for r in recipes.recognised(ast.parse("import click\nfrom flask import request"))} == {"flask", "click"}
    assert recipes.recognised(ast.parse("import os\nfrom . import flask")) == []
