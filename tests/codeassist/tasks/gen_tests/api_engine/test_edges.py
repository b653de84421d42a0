"""Requests at the edges of what an API takes, and the faults that they show."""

from __future__ import annotations

import sys

from codeassist.tasks.gen_tests import ModuleOptions
from codeassist.tasks.gen_tests.api_engine import generate_api
from tests.codeassist.tasks.gen_tests.api_engine.conftest import run
from tests.conftest import write

FAULTY = '''"""Books."""

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI()
BOOKS = {1: "Emma", 2: "Persuasion"}


class Order(BaseModel):
    title: str
    copies: int = 1
    tags: list[str] = []


@app.get("/books/{book_id}")
def read_book(book_id: int):
    return {"title": BOOKS[book_id]}


@app.get("/share")
def share(people: int):
    return {"each": 10 / people}


@app.post("/orders")
def order(order: Order):
    if len(order.title) > 1000:
        raise OSError("name too long")
    if order.copies == 3:
        raise HTTPException(409)
    return {"first": order.tags[0] if order.tags is not None and order.copies < 0 else ""}
'''


def test_faults_behind_an_unknown_id_zero_an_empty_list_and_a_long_text_are_found_once_a_cause(tmp_path):
    root = write(tmp_path, {"books.py": FAULTY})
    report = generate_api(str(root / "books.py"), root, ModuleOptions(40, repeats=1), sys.executable)
    found = {(s.target, s.what.split()[1].rstrip(":"), s.line) for s in report.suspicions if s.what.startswith("raises")}
    assert found == {
        ("read_book", "KeyError", 18),
        ("share", "ZeroDivisionError", 23),
        ("order", "OSError", 29),
        ("order", "IndexError", 32),
    }
    assert all("books.py:" in s.what for s in report.suspicions if s.what.startswith("raises"))
    assert len(report.suspicions) == len({(s.what.partition(" to ")[0]) for s in report.suspicions})
    assert "987654" not in report.text


FAULTY_FLASK = """from flask import Flask, abort, jsonify, request

app = Flask(__name__)
ITEMS = {1: "pen"}


@app.get("/items/<int:number>")
def item(number):
    return jsonify(ITEMS[number])


@app.get("/split/<int:total>")
def split(total):
    return jsonify(total // int(request.args.get("people", 1)))


@app.post("/best")
def best():
    values = request.get_json().get("values", [1])
    return jsonify(max(values))


@app.get("/search")
def search():
    codes = [0] * 100
    for position, _ in enumerate(request.args.get("q", "")):
        codes[position] += 1
    return jsonify(len(codes))


@app.get("/private")
def private():
    login = request.headers.get("Authorization")
    if login != "Bearer right":
        abort(403 if login else 401)
    return jsonify("secret")
"""


def test_what_flask_views_read_is_tried_at_its_edges(tmp_path):
    root = write(tmp_path, {"shop.py": FAULTY_FLASK})
    report = generate_api(str(root / "shop.py"), root, ModuleOptions(90, repeats=1), sys.executable)
    assert {(s.target, s.what.split()[1].rstrip(":"), s.line) for s in report.suspicions} == {
        ("item", "KeyError", 9),
        ("split", "ZeroDivisionError", 14),
        ("split", "ValueError", 14),
        ("best", "ValueError", 20),
        ("search", "IndexError", 27),
    }
    assert {"test_private_needs_a_login", "test_private_with_a_wrong_login_is_forbidden"} <= set(report.tests)
    assert run(root, report).returncode == 0
