"""Objects of the standard library are asserted by what they contain."""

from __future__ import annotations

import argparse
import array
import datetime as dt
import email.message
import functools
import io
import re
import types
import urllib.request
import zoneinfo
from collections import UserDict
from xml.etree import ElementTree as ET

import pytest

from codeassist.tasks.gen_tests.search_engine.running.observe import Observer
from codeassist.tasks.gen_tests.search_engine.running.observe_standard import parts_of

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def _message() -> email.message.Message:
    message = email.message.Message()
    message["Subject"] = "hello"
    message.set_payload("text")
    return message


def _stream() -> io.StringIO:
    stream = io.StringIO()
    stream.write("abc")
    return stream


VALUES = [
    (re.compile("a+"), ("{v}.pattern == 'a+'",)),
    (re.compile(b"a+", re.DOTALL), ("{v}.pattern == b'a+'", "{v}.flags == 16")),
    (re.match("(a)(b)?", "ac"), ("{v}.group() == 'a'", "{v}.groups() == ('a', None)", "{v}.span() == (0, 1)")),
    (_stream(), ("{v}.getvalue() == 'abc'",)),
    (dt.datetime(2024, 7, 1, tzinfo=PARIS), ("{v}.isoformat() == '2024-07-01T00:00:00+02:00'",)),
    (functools.partial(int, base=2), ("{v}.func == int", "{v}.args == ()", "{v}.keywords == {'base': 2}")),
    (argparse.Namespace(x=1), ("vars({v}) == {'x': 1}",)),
    (types.MappingProxyType({"a": 1}), ("dict({v}) == {'a': 1}",)),
    (KeyError("a"), ("{v}.args == ('a',)", """str({v}) == "'a'\"""")),
    (array.array("i", [1, 2]), ("{v}.tolist() == [1, 2]",)),
    (ET.Element("p", {"id": "1"}), ("{v}.tag == 'p'", "{v}.attrib == {'id': '1'}", "{v}.text is None", "len({v}) == 0")),
    (_message(), ("{v}.items() == [('Subject', 'hello')]", "{v}.get_payload() == 'text'")),
    (urllib.request.Request("http://a.test/b"), ("{v}.full_url == 'http://a.test/b'", "{v}.get_method() == 'GET'")),
    (UserDict({"a": 1}), ("{v}.data == {'a': 1}",)),
]


@pytest.mark.parametrize(("value", "expected"), VALUES, ids=[type(value).__name__ for value, _ in VALUES])
def test_what_a_value_contains_is_asserted(value, expected):
    checks = Observer(types.ModuleType("tested")).checks(value)
    assert checks == expected
    assert all(eval(check.format(v="value"), {"value": value}) for check in checks if "{'" not in check)


def test_as_an_attribute_too():
    class Holder:
        def __init__(self) -> None:
            self.rule = re.compile("b")

    Holder.__module__ = "tested"
    module = types.ModuleType("tested")
    vars(module)["Holder"] = Holder
    assert "{v}.rule.pattern == 'b'" in Observer(module).checks(Holder())


def test_a_class_of_the_tested_package_is_asserted_by_its_attributes():
    class Options(argparse.Namespace):
        pass

    Options.__module__ = "tested"
    module = types.ModuleType("tested")
    vars(module)["Options"] = Options
    assert "{v}.a == 1" in Observer(module).checks(Options(a=1))


def test_other_values_have_no_parts():
    assert parts_of(object()) == []
