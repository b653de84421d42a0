"""The runner for JavaScript: frameworks, test files, and what it reads from reports; vitest and jest are scripts."""

from __future__ import annotations

import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.errors import UsageError
from codeassist.sandbox.results import Coverage, Proposal
from codeassist.sandbox.results import TestRun as Ran
from codeassist.sandbox.runners.javascript import JavaScript, framework
from codeassist.sandbox.runners.javascript_coverage import v8_words
from codeassist.sandbox.target import find_target
from tests.conftest import write

CLAMP = "export function clamp(x) {\n  return x < 0 ? 0 : x;\n}\n"


def target_of(root, files, name):
    return find_target(str(write(root, {"package.json": "{}"} | files) / name), root)


@pytest.mark.parametrize("name", ["vitest", "jest"])
def test_the_framework_of_the_package_is_used_if_it_is_installed(tmp_path, name):
    files = {"package.json": json.dumps({"devDependencies": {name: "*"}}), "a.ts": ""}
    target = target_of(tmp_path, files, "a.ts")
    with pytest.raises(UsageError, match=rf"{name} is not installed in .*; run: npm install"):
        framework(target)
    write(tmp_path, {f"node_modules/.bin/{name}": ""})
    assert framework(target) == name


def test_without_a_framework_only_plain_javascript_can_be_tested(tmp_path, program):
    with pytest.raises(UsageError, match=r"a.ts needs a runner that supports it: npm install --save-dev vitest"):
        framework(target_of(tmp_path, {"a.ts": ""}, "a.ts"))
    program("node")
    assert framework(target_of(tmp_path, {"package.json": "not JSON", "a.js": ""}, "a.js")) == "node:test"


@pytest.mark.parametrize(
    ("files", "name", "kind", "place", "imported"),
    [
        ({"src/a.js": CLAMP}, "src/a.js", "node:test", "test/a.generated.test.js", "import { NAME } from '../src/a.js';"),
        ({"src/a.ts": CLAMP}, "src/a.ts", "vitest", "src/a.generated.test.ts", "import { NAME } from './a';"),
        ({"src/a.tsx": "", "tests/x": ""}, "src/a.tsx", "jest", "tests/a.generated.test.tsx", "from '../src/a'"),
        ({"src/a.ts": "", "src/b.spec.ts": "", "tests/x": ""}, "src/a.ts", "jest", "src/a.generated.test.ts", "from './a'"),
        ({"a.js": "module.exports = {};"}, "a.js", "jest", "a.generated.test.js", "const { NAME } = require('./a');"),
        ({"a.cjs": ""}, "a.cjs", "node:test", "test/a.generated.test.cjs", "const { NAME } = require('../a.cjs');"),
        ({"test/a.js": CLAMP}, "test/a.js", "node:test", "test/a.generated.test.js", "from './a.js'"),
    ],
)
def test_the_place_and_the_imports_follow_the_project(tmp_path, files, name, kind, place, imported):
    runner = JavaScript(target_of(tmp_path, files, name), kind)
    assert runner.place().as_posix() == place
    assert imported in runner.form


def test_names_are_imported_once(tmp_path):
    runner = JavaScript(target_of(tmp_path, {"a.ts": ""}, "a.ts"), "vitest")
    proposals = [
        Proposal("a", "test('a', () => { expect(one()).toBe(1); });", ("import { one } from './a';",)),
        Proposal(
            "b",
            "test('b', () => { expect(two()).toBe(2); });",
            ("import { one, two } from './a';", "import { test } from 'vitest';"),
        ),
    ]
    assert runner.assemble(proposals).split("\n\n")[0].split("\n") == [
        "import { expect, test } from 'vitest';",
        "import { one } from './a';",
        "import { two } from './a';",
    ]


@pytest.mark.parametrize(
    ("code", "objection"),
    [
        ("test('a', () => { expect(f()).toBe(1); });", ""),
        ('it("a", () => { assert.equal(f(), 1); });', ""),
        ("test('a', () => { f(); });", "asserts nothing"),
        ("expect(f()).toBe(1);", "is not one test"),
        ("test('a', () => { expect(1); });\ntest('b', () => { expect(1); });", "is not one test"),
    ],
)
def test_objections(tmp_path, code, objection):
    runner = JavaScript(target_of(tmp_path, {"a.ts": ""}, "a.ts"), "vitest")
    assert runner.objection(Proposal("a", code)) == objection


RESULTS = {
    "testResults": [
        {
            "assertionResults": [
                {"title": "good", "status": "passed"},
                {"title": "bad", "status": "failed", "failureMessages": ["\x1b[31mexpected 1\x1b[0m"]},
                {"title": "odd", "status": "failed", "failureMessages": ["ReferenceError: x is not defined"]},
            ]
        }
    ]
}
COVERAGE = {
    "a.ts": {
        "statementMap": {"0": {"start": {"line": 1}}, "1": {"start": {"line": 2}}, "2": {"start": {"line": 2}}},
        "s": {"0": 3, "1": 0, "2": 1},
        "b": {"0": [1, 0]},
    }
}


@pytest.mark.parametrize(("kind", "folder"), [("vitest", "--coverage.reportsDirectory="), ("jest", "--coverageDirectory=")])
def test_outcomes_and_coverage_are_read_from_the_reports(sandbox, kind, folder):
    script = f"""#!/bin/sh
for a in "$@"; do case "$a" in
--outputFile=*) cat > "${{a#*=}}" <<'EOF'
{json.dumps(RESULTS)}
EOF
;;
{folder}*) mkdir -p "${{a#*=}}"; cat > "${{a#*=}}/coverage-final.json" <<'EOF'
{json.dumps(COVERAGE)}
EOF
esac; done
"""
    files = {"package.json": "{}", "a.ts": "", f"node_modules/.bin/{kind}": script, "node_modules/@vitest/coverage-v8/x": ""}
    box = sandbox(files, "a.ts")
    (box.target.root / "node_modules/.bin" / kind).chmod(0o755)
    runner = JavaScript(box.target, kind)
    runs, reached = runner.run_text(box, "x", 20)
    assert runs == {
        "good": Ran(True),
        "bad": Ran(False, "expected 1"),
        "odd": Ran(False, "ReferenceError: x is not defined", own_fault=True),
    }
    assert reached == {1, 2, ("branch 0", 0)}
    assert runner.measure(box, "x", 20) == Coverage((2, 2), (1, 2), frozenset())


def test_output_without_a_report_is_the_fault_of_the_test(sandbox):
    script = "#!/bin/sh\nprintf '\\033[31mTransform failed\\033[0m'\n"
    box = sandbox({"package.json": "{}", "a.ts": "", "node_modules/.bin/vitest": script}, "a.ts")
    (box.target.root / "node_modules/.bin/vitest").chmod(0o755)
    runner = JavaScript(box.target, "vitest")
    assert runner.run_text(box, "x", 20) == ({"": Ran(False, "Transform failed", own_fault=True)}, frozenset())
    assert runner.measure(box, "x", 20) == Coverage()


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_nodes_own_runner(sandbox):
    box = sandbox({"package.json": '{"type": "module"}', "src/a.js": CLAMP}, "src/a.js")
    runner = JavaScript(box.target, "node:test")
    imports = ("import { clamp } from '../src/a.js';",)
    good = Proposal("good", "test('good', () => { assert.equal(clamp(3), 3); });", imports)
    wrong = Proposal("wrong", "test('wrong', () => { assert.equal(clamp(3), 4); });", imports)
    broken = Proposal("broken", "test('broken', () => { assert.equal(clamp(, 4); });", imports)
    runs = runner.check(box, [good, wrong, broken], frozenset(), 60)
    assert {n: (r.passed, r.own_fault) for n, r in runs.items()} == {
        "good": (True, False),
        "wrong": (False, False),
        "broken": (False, True),
    }
    assert runs["good"].reached
    assert "SyntaxError" in runs["broken"].output
    assert runner.measure(box, runner.assemble([good]), 30) == Coverage((1, 2), None, frozenset({2}))
    low = Proposal("low", "test('low', () => { assert.equal(clamp(-1), 0); });", imports)
    assert runner.measure(box, runner.assemble([good, low]), 30) == Coverage((2, 2), None, frozenset())


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 15), st.integers(0, 2)), max_size=6))
def test_the_count_of_the_last_block_around_a_word_applies(tmp_path_factory, blocks):
    text = "a bb ccc dddd"
    folder = tmp_path_factory.getbasetemp() / "v8"
    ranges = [{"startOffset": s, "endOffset": max(s, e), "count": n} for s, e, n in blocks]
    other = {"url": "file:///x/other.js", "functions": [{"ranges": [{"startOffset": 0, "endOffset": 13, "count": 1}]}]}
    script = {"url": "file:///x/src/a.js", "functions": [{"ranges": ranges}]}
    write(folder, {"coverage-1.json": json.dumps({"result": [other, script]})})
    expected = {}
    for offset in (0, 2, 5, 9):
        counts = [r["count"] for r in ranges if r["startOffset"] <= offset < r["endOffset"]]
        expected[offset] = bool(counts and counts[-1])
    assert v8_words(folder, "src/a.js", text) == expected
    assert v8_words(folder / "missing", "src/a.js", text) == {}


@pytest.mark.parametrize(
    "odd", ["[1]", '{"testResults": [1]}', '{"testResults": [{"assertionResults": [{"title": 3}]}]}', "{", "[" * 5_000]
)
def test_odd_reports_of_the_code_under_test_are_no_error(sandbox, odd):
    script = f"""#!/bin/sh
for a in "$@"; do case "$a" in
--outputFile=*) printf '%s' '{odd}' > "${{a#*=}}";;
--coverage.reportsDirectory=*) mkdir -p "${{a#*=}}"; printf '%s' '{odd}' > "${{a#*=}}/coverage-final.json";;
esac; done
"""
    files = {"package.json": "[]", "a.ts": "", "node_modules/.bin/vitest": script, "node_modules/@vitest/coverage-v8/x": ""}
    box = sandbox(files, "a.ts")
    (box.target.root / "node_modules/.bin/vitest").chmod(0o755)
    runner = JavaScript(box.target, "vitest")
    assert runner.run_text(box, "x", 20) == ({"": Ran(False, "it did not finish", own_fault=True)}, frozenset())
    assert runner.measure(box, "x", 20) == Coverage()


def test_odd_block_counts_are_no_error(tmp_path):
    write(tmp_path, {"coverage-1.json": "{", "coverage-2.json": '{"result": [{"url": "/a.js", "functions": [1]}]}'})
    assert v8_words(tmp_path, "a.js", "x = 1") == {}
