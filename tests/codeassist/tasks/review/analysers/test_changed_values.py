"""Changed defaults and constants: a note where others rely on them, and nothing where nobody does."""

from __future__ import annotations

import pytest

PY = "LIMIT = 10\n\n\ndef fetch(url, timeout=30):\n    return url, timeout, LIMIT\n"
PY_USE = "from lib import LIMIT, fetch\n\nfetch('a')\nfetch('b', timeout=3)\n\n\ndef enough(n):\n    return n > LIMIT\n"
TS = "export const LIMIT = 10;\n\nexport function fetchAll(url: string, timeout = 30) {\n  return [url, timeout, LIMIT];\n}\n"
TS_USE = "import { LIMIT, fetchAll } from './lib';\n\nfetchAll('a');\nfetchAll('b', 3);\nexport const enough = (n: number) => n > LIMIT;\n"
GO = 'package lib\n\nimport "time"\n\nconst Limit = 10\nconst Wait = 30 * time.Second\n\nfunc Own() int { return Limit }\n'
GO_USE = (
    'package main\n\nimport "example.org/m/lib"\n\nfunc enough(n int) bool {\n\treturn n > lib.Limit\n}\n\nvar w = lib.Wait\n'
)
MOD = {"go.mod": "module example.org/m\n"}


def notes(result):
    return sorted(
        (f.rule, f.severity.value, *map(str, f.evidence))
        for f in result.every
        if f.rule in ("default-changed", "constant-changed")
    )


@pytest.mark.parametrize(
    ("files", "change", "expected"),
    [
        ({"lib.py": PY, "use.py": PY_USE}, ("=30", "=5"), [("default-changed", "note", "use.py:3")]),
        ({"lib.py": PY, "use.py": PY_USE}, ("LIMIT = 10", "LIMIT = 20"), [("constant-changed", "note", "use.py:8")]),
        ({"lib.ts": TS, "use.ts": TS_USE}, ("= 30", "= 5"), [("default-changed", "note", "use.ts:3")]),
        ({"lib.ts": TS, "use.ts": TS_USE}, ("LIMIT = 10", "LIMIT = 20"), [("constant-changed", "note", "use.ts:5")]),
        ({"lib/lib.go": GO, "main.go": GO_USE, **MOD}, ("= 10", "= 20"), [("constant-changed", "note", "main.go:6")]),
        ({"lib/lib.go": GO, "main.go": GO_USE, **MOD}, ("= 30 *", "= 5 *"), [("constant-changed", "note", "main.go:9")]),
    ],
    ids=["py default", "py constant", "ts default", "ts constant", "go constant", "go duration"],
)
def test_what_others_rely_on_is_noted(findings, files, change, expected):
    path = next(iter(files))
    result = findings(files, {path: files[path].replace(*change)})
    assert notes(result) == expected
    (finding,) = [f for f in result.every if f.rule == expected[0][0]]
    assert f"from {change[0].strip(' =*').rpartition('=')[2].strip()}" in finding.message
    assert "use.py" in finding.message or "use.ts" in finding.message or "main.go" in finding.message


VERSIONED = PY.replace("LIMIT", "VERSION")


@pytest.mark.parametrize(
    ("files", "after"),
    [
        ({"lib.py": PY, "use.py": PY_USE.replace("fetch('a')\n", "")}, {"lib.py": PY.replace("=30", "=5")}),
        ({"lib.py": PY, "use.py": PY_USE}, {"lib.py": PY.replace("=30", "=0x1E")}),
        ({"lib.py": PY, "use.py": PY_USE.replace("fetch('a')", "fetch(*args)")}, {"lib.py": PY.replace("=30", "=5")}),
        ({"lib.py": PY}, {"lib.py": PY.replace("LIMIT = 10", "LIMIT = 20")}),
        ({"lib.py": PY, "use.py": PY_USE}, {"lib.py": PY.replace("LIMIT = 10", "LIMIT = 1_0")}),
        ({"lib.py": VERSIONED, "use.py": PY_USE.replace("LIMIT", "VERSION")}, {"lib.py": VERSIONED.replace("= 10", "= 20")}),
        ({"lib.py": PY, "use.py": "def f(LIMIT):\n    return LIMIT\n"}, {"lib.py": PY.replace("LIMIT = 10", "LIMIT = 20")}),
        ({"lib.py": PY, "test_use.py": PY_USE}, {"lib.py": PY.replace("LIMIT = 10", "LIMIT = 20")}),
        (
            {"lib.py": PY, "use.py": PY_USE},
            {"lib.py": PY.replace("LIMIT = 10", "LIMIT = 20"), "use.py": PY_USE.replace("n > LIMIT", "n >= LIMIT")},
        ),
        ({"lib.ts": TS, "use.ts": TS_USE.replace("fetchAll('a');", "")}, {"lib.ts": TS.replace("= 30", "= 5")}),
        ({"lib.ts": TS, "use.ts": TS_USE.replace("./lib", "other")}, {"lib.ts": TS.replace("= 30", "= 5")}),
        ({"lib.ts": TS, "use.ts": TS_USE}, {"lib.ts": TS.replace("= 30", "=  30")}),
        ({"lib.ts": TS, "use.ts": TS_USE.replace("n > LIMIT", "n")}, {"lib.ts": TS.replace("LIMIT = 10", "LIMIT = 20")}),
        ({"lib.ts": TS, "use.ts": TS_USE.replace("fetchAll('a')", "fetchAll(...all)")}, {"lib.ts": TS.replace("= 30", "= 5")}),
        ({"lib/lib.go": GO, **MOD}, {"lib/lib.go": GO.replace("= 10", "= 20")}),
        ({"lib/lib.go": GO, "main.go": GO_USE.replace("m/lib", "n/lib"), **MOD}, {"lib/lib.go": GO.replace("= 10", "= 20")}),
    ],
    ids=[
        "all pass it",
        "the same value",
        "spread",
        "own file",
        "the same constant",
        "a version",
        "a parameter of that name",
        "only tests",
        "the user changed too",
        "ts: all pass it",
        "ts: another module",
        "ts: spaces",
        "ts: not used",
        "ts: spread",
        "go: own file",
        "go: another module",
    ],
)
def test_what_nobody_relies_on_is_silent(findings, files, after):
    assert notes(findings(files, after)) == []
