"""What a view reads is found in its source: names, where they are sent, and the types that their uses suggest."""

from __future__ import annotations

import json
from types import SimpleNamespace

from codeassist.tasks.gen_tests.api_engine.view_reader import reads

request = SimpleNamespace()


def helper():
    return request.form["size"]


def view():
    data = request.get_json() or {}
    values = data["values"]
    count = int(request.args.get("count"))
    page = request.args.get("page", 1)
    wanted = request.args.get("q", "")
    limit = request.args.get("limit", type=int)
    return max(values), count, page, list(wanted), limit, data.get("label"), data["ratio"] / 2, helper()


def django_view(request):
    sent = json.loads(request.body)
    for item in sent["items"]:
        print(item)
    return request.GET["q"], request.POST.get("name"), sent["size"]["x"], request.META["HOST"], sent[request.GET["key"]]


def test_reads_of_flask():
    assert reads(view) == {
        ("body", "values"): "array",
        ("body", "label"): "string",
        ("body", "ratio"): "integer",
        ("query", "count"): "integer",
        ("query", "page"): "integer",
        ("query", "q"): "string",
        ("query", "limit"): "integer",
        ("form", "size"): "string",
    }


def test_reads_of_django():
    assert reads(django_view) == {
        ("body", "items"): "array",
        ("body", "size"): "object",
        ("query", "q"): "string",
        ("query", "key"): "string",
        ("form", "name"): "string",
    }


def signed_view():
    return request.args.get("flag", -1), request.args.get("share", -0.5)


def test_a_default_with_a_sign_is_a_number():
    assert reads(signed_view) == {("query", "flag"): "integer", ("query", "share"): "number"}


def test_views_and_helpers_that_wrap_themselves_read_nothing(monkeypatch):
    def wrapping():
        return request.args["q"]

    wrapping.__wrapped__ = wrapping
    assert reads(wrapping) == {}
    monkeypatch.setattr(helper, "__wrapped__", helper, raising=False)
    assert ("query", "count") in reads(view)


def test_what_has_no_source_reads_nothing():
    assert reads(len) == {}
    assert reads(eval("lambda: 1")) == {}
