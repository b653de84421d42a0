"""Changes that are right: each was once complained about, and must stay without an error or a warning."""

from __future__ import annotations

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review import review
from indexers import Index
from tests.conftest import write

Files = dict[str, str | None]

LOAD = "def load(package, source, cache=None):\n    return package, source, cache\n"
RIGHT: dict[str, tuple[Files, Files]] = {
    "a parameter goes and its only caller changes too": (
        {"m.py": LOAD, "use.py": "from m import load\n\nprint(load('p', 's', 1))\n"},
        {
            "m.py": LOAD.replace("package, source, cache=None", "source, cache=None").replace("package, ", ""),
            "use.py": "from m import load\n\nprint(load('s', 1))\n",
        },
    ),
    "the same through a local that is passed by position": (
        {"m.py": LOAD + "\n\ndef main(p, s):\n    return load(p, s, None)\n"},
        {
            "m.py": LOAD.replace("package, source, cache=None", "source, cache=None").replace("package, ", "")
            + "\n\ndef main(s):\n    return load(s, None)\n"
        },
    ),
    "a module becomes a package that re-exports": (
        {"m.py": "def go():\n    return 1\n\n\nLIMIT = 3\n", "use.py": "from m import LIMIT, go\n\ngo()\n"},
        {
            "m.py": None,
            "m/__init__.py": "from m.core import LIMIT, go\n",
            "m/core.py": "def go():\n    return 1\n\n\nLIMIT = 3\n",
        },
    ),
    "a module becomes a package that re-exports everything": (
        {
            "p/__init__.py": "",
            "p/m.py": "def go():\n    return 1\n",
            "use.py": "from p.m import go\nfrom p import m\n\nm.go()\n",
        },
        {"p/m.py": None, "p/m/__init__.py": "from .core import *\n", "p/m/core.py": "def go():\n    return 1\n"},
    ),
    "a private name with a public alias": (
        {
            "m.py": "def get_stream():\n    return 1\n",
            "use.py": "from m import get_stream\n\nget_stream()\n",
            "docs.md": "Call `get_stream()`.\n",
        },
        {"m.py": "def _get_stream():\n    return 1\n\n\nget_stream = _get_stream\n"},
    ),
    "a module with __getattr__": (
        {
            "m.py": "def get_stream():\n    return 1\n",
            "use.py": "from m import get_stream\n\nget_stream()\n",
            "docs.md": "Call `get_stream()`.\n",
        },
        {"m.py": "def _get_stream():\n    return 1\n\n\ndef __getattr__(name):\n    return globals()['_' + name]\n"},
    ),
    "globals()[name]": (
        {
            "m.py": "def first_one():\n    return 1\n",
            "use.py": "import m\n\nm.first_one()\n",
            "docs.md": "Call `first_one()`.\n",
        },
        {"m.py": "for n in ('first_one', 'second_one'):\n    globals()[n] = lambda: 1\n"},
    ),
    "globals().update": (
        {"m.py": "def first_one():\n    return 1\n", "use.py": "import m\n\nm.first_one()\n"},
        {"m.py": "def make():\n    return {}\n\n\nglobals().update(make())\n"},
    ),
    "a method becomes an attribute that is a function": (
        {"m.py": "class A:\n    def go(self):\n        return 1\n", "use.py": "from m import A\n\nA().go()\n"},
        {"m.py": "class A:\n    def __init__(self):\n        self.go = lambda: 1\n"},
    ),
    "a method moves to its base class": (
        {
            "m.py": "class Base:\n    pass\n\n\nclass A(Base):\n    def go(self):\n        return 1\n",
            "use.py": "from m import A\n\nA().go()\n",
        },
        {"m.py": "class Base:\n    def go(self):\n        return 1\n\n\nclass A(Base):\n    pass\n"},
    ),
    "a method moves to a mixin in another file": (
        {
            "m.py": "class A:\n    def go(self):\n        return 1\n",
            "use.py": "from m import A\n\na = A()\na.go()\n",
        },
        {
            "mixin.py": "class Go:\n    def go(self):\n        return 1\n",
            "m.py": "from mixin import Go\n\n\nclass A(Go):\n    pass\n",
        },
    ),
    "a test with many plain asserts": (
        {"test_m.py": "x = 1\n"},
        {"test_m.py": "x = 1\n\n\ndef test_x():\n" + "".join(f"    assert x != {n}\n" for n in range(2, 22))},
    ),
    "an equivalent loop": (
        {"m.py": "def f(d):\n    for k in d.keys():\n        yield k\n"},
        {"m.py": "def f(d):\n    out: list = []\n    for k in d:\n        yield k\n    yield from out\n"},
    ),
    "JSON.parse is not the repository's parse": (
        {
            "p.ts": "export function parse(a: string) {\n  return a;\n}\n",
            "u.ts": "const body = '{}';\nJSON.parse(body);\n// parse('x') in a comment\nconst s = \"parse('x')\";\n",
        },
        {"p.ts": "export function parse(a: string, b: number) {\n  return a + b;\n}\n"},
    ),
    "http.Get is not the repository's Get": (
        {
            "go.mod": "module example.org/x\n",
            "c/c.go": "package c\n\nfunc Get(a string) string {\n\treturn a\n}\n",
            "m.go": 'package x\n\nimport "net/http"\n\nfunc M(url string) {\n\thttp.Get(url)\n}\n',
        },
        {"c/c.go": "package c\n\nfunc Get(a string, b int) string {\n\treturn a\n}\n"},
    ),
    "Map.get is not the repository's get (Java)": (
        {
            "A.java": "class A {\n  String get(String k) {\n    return k;\n  }\n}\n",
            "B.java": 'import java.util.Map;\n\nclass B {\n  String f(Map<String, String> map) {\n    return map.get("a");\n  }\n}\n',
        },
        {"A.java": "class A {\n  String get(String k, int n) {\n    return k;\n  }\n}\n"},
    ),
    "List.Add is not the repository's Add (C#)": (
        {
            "A.cs": "class A {\n  public void Add(string k) {\n  }\n}\n",
            "B.cs": 'class B {\n  void F(List<string> list) {\n    list.Add("a");\n  }\n}\n',
        },
        {"A.cs": "class A {\n  public void Add(string k, int n) {\n  }\n}\n"},
    ),
    "Array.push is not the repository's push": (
        {
            "q.ts": "export class Queue {\n  push(a: string) {\n    return a;\n  }\n}\n",
            "u.ts": 'const list: string[] = [];\nlist.push("a");\n',
        },
        {"q.ts": "export class Queue {\n  push(a: string, b: number) {\n    return a + b;\n  }\n}\n"},
    ),
    "a comment and a string are not calls": (
        {
            "s.go": "package s\n\nfunc shout(a string) string {\n\treturn a\n}\n",
            "u.go": 'package s\n\n// shout("x") was here\nvar u = "shout(1)"\n',
        },
        {"s.go": "package s\n\nfunc shout(a string, n int) string {\n\treturn a\n}\n"},
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_change_is_not_complained_about(findings, name):
    result = findings(*RIGHT[name])
    assert not [(f.rule, f.message) for f in result.every if f.severity != "note"]


NEWER = {
    "generics": "class Box[T]:\n    def get(self) -> T: ...\n\n\ntype Pair[A] = tuple[A, A]\n\n\ndef first[T](xs: list[T]) -> T:\n    return xs[0]\n",
    "f-strings": "x = {'a': 1}\ny = f'{x['a']} {'\\n'.join(x)}'\n",
    "t-strings": "name = 'x'\ny = t'hello {name}'\n",
    "except without brackets": "try:\n    x = 1\nexcept ValueError, TypeError:\n    raise\n",
}
NOT_PYTHON = {
    "a template": ("pkg/{{ name }}/m.py", "import {{ name }}\n\n{% if x %}\ny = 1\n{% endif %}\n"),
    "a template beside code": ("templates/m.py", "class {{ name }}:\n    pass\n"),
    "a script of Python 2": ("tool.py", "#!/usr/bin/env python2\nprint 'x'\n"),
    "Python 2 without a mark": ("tool.py", "import os\n\nprint 'x'\nexec 'y = 1'\n"),
    "an exception of Python 2": ("tool.py", "try:\n    x = 1\nexcept ValueError, e:\n    raise ValueError, 'x'\n"),
    "a fixture broken on purpose": ("tests/data/broken.py", "def f(:\n"),
    "a sample of a linter's test": ("testing/fixtures/E999.py", "def f(\n"),
    "a magic command": ("notebook.py", "# %%\n%matplotlib inline\nx = 1\n"),
}


@pytest.mark.parametrize("name", NEWER)
def test_newer_syntax_that_the_project_allows_is_no_error(findings, name):
    project = {"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.14"\n'}
    result = findings(project, {"m.py": NEWER[name]})
    assert not [(f.rule, f.message) for f in result.every if f.severity != "note"]


@pytest.mark.parametrize("name", NOT_PYTHON)
def test_what_is_not_meant_to_parse_is_no_error(findings, name):
    path, text = NOT_PYTHON[name]
    assert not [(f.rule, f.message) for f in findings({"a.md": "x\n"}, {path: text}).every if f.severity != "note"]


BODY = """    values = []
    for part in self.parts(url, timeout):
        if part.size > self.limit and not part.hidden:
            values.append(part.name.strip().lower())
        elif part.retry:
            values.extend(self.again(part, timeout))
    return sorted(values)
"""


def method(head: str, body: str = BODY) -> str:
    return f"    {head}:\n" + "".join(f"    {line}\n" for line in body.splitlines())


CLIENT = "class Client:\n" + method("def fetch(self, url, timeout)")
PAIRS: dict[str, tuple[Files, Files]] = {
    "overloads": (
        {"a.py": "x = 1\n"},
        {
            "a.py": "from typing import overload\n\n\n"
            + "".join(
                f"@overload\ndef get(\n    key: {kind},\n    default: {kind} | None = None,\n    *,\n    strict: bool = False,\n"
                f"    cast: type[{kind}] | None = None,\n    where: dict[str, {kind}] | None = None,\n) -> {kind}: ...\n\n\n"
                for kind in ("int", "str", "float")
            )
            + "def get(key, default=None, *, strict=False, cast=None, where=None):\n    return key\n"
        },
    ),
    "an asynchronous twin": (
        {"a.py": CLIENT},
        {
            "b.py": "class AsyncClient:\n"
            + method("async def fetch(self, url, timeout)", BODY.replace("self.again(", "await self.again("))
        },
    ),
    "inverse functions": (
        {
            "N.java": "class N {\n  static String read(String name) {\n    StringBuilder out = new StringBuilder();\n"
            "    for (String part : name.split(FROM)) {\n      if (part.isEmpty()) { continue; }\n"
            "      out.append(Case.UPPER.to(Case.CAMEL, part));\n    }\n    return out.toString();\n  }\n}\n"
        },
        {
            "N.java": "class N {\n  static String read(String name) {\n    StringBuilder out = new StringBuilder();\n"
            "    for (String part : name.split(FROM)) {\n      if (part.isEmpty()) { continue; }\n"
            "      out.append(Case.UPPER.to(Case.CAMEL, part));\n    }\n    return out.toString();\n  }\n"
            "  static String write(String name) {\n    StringBuilder out = new StringBuilder();\n"
            "    for (String part : name.split(FROM)) {\n      if (part.isEmpty()) { continue; }\n"
            "      out.append(Case.CAMEL.to(Case.UPPER, part));\n    }\n    return out.toString();\n  }\n}\n"
        },
    ),
    "generated pairs": (
        {"a.py": "class Client:\n" + method("def fetch_int32(self, url, timeout)", BODY.replace("again", "again_int32"))},
        {
            "a.py": "class Client:\n"
            + method("def fetch_int32(self, url, timeout)", BODY.replace("again", "again_int32"))
            + "\n"
            + method("def fetch_int64(self, url, timeout)", BODY.replace("again", "again_int64"))
        },
    ),
    "closures of one shape": (
        {"a.py": "def timed(f):\n" + method("def wrapper(self, url, timeout)") + "    return wrapper\n"},
        {"b.py": "def logged(f):\n" + method("def wrapper(self, url, timeout)") + "    return wrapper\n"},
    ),
    "two new functions": (
        {"c.py": "x = 1\n"},
        {"a.py": CLIENT, "b.py": CLIENT.replace("Client", "Other")},
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_functions_of_one_shape_are_no_duplicates(repository, name):
    before, after = PAIRS[name]
    root = repository(before)
    write(root, {path: text for path, text in after.items() if text is not None})
    with Index.build(root) as index:
        result = review(root, read_change(root, ChangeSelection()), ReviewConfig(max_findings=0), index)
    assert not [f.message for f in result.every if f.rule == "duplicate"]
