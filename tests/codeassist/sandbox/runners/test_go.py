"""The runner for Go: test files, objections, and what it reads from the output of `go test`; `go` is a script."""

from __future__ import annotations

import json

import pytest

from codeassist.errors import UsageError
from codeassist.sandbox.results import Coverage, Proposal
from codeassist.sandbox.results import TestRun as Ran
from codeassist.sandbox.runners.go import GoTest
from codeassist.sandbox.target import find_target
from tests.conftest import write

FILES = {"go.mod": "module example.com/shapes\n", "area/clamp.go": "// Package area.\npackage area\n\nfunc Clamp() {}\n"}
CODE = 'func TestLow(t *testing.T) {\n\tif got := Clamp(); got != 0 { t.Errorf("got %d", got) }\n}'


def event(action: str, test: str = "", output: str = "") -> str:
    return json.dumps({"Action": action} | ({"Test": test} if test else {}) | ({"Output": output} if output else {}))


def prints(*lines: str, profile: str = "") -> str:
    """A script that prints lines and writes a coverage profile."""
    text = "\n".join(lines)
    return f"""for argument in "$@"; do
case "$argument" in -coverprofile=*) cat > "${{argument#-coverprofile=}}" <<'EOF'
mode: count
{profile}
EOF
;; esac
done
cat <<'EOF'
{text}
EOF"""


@pytest.fixture
def runner(tmp_path, program):
    program("go")
    root = write(tmp_path / "project", FILES)
    return GoTest(find_target(str(root / "area/clamp.go"), root))


def test_a_test_file_is_in_the_package_with_the_imports_that_it_uses(runner):
    proposals = [
        Proposal("TestLow", CODE, ("testing", 'import "os"', "example.com/lib/v2")),
        Proposal("TestTwo", "func TestTwo(t *testing.T) {\n\tlib.Do(); str.Fields(``)\n}", ('str "strings"', "testing")),
    ]
    text = runner.assemble(proposals)
    assert text.startswith('package area\n\nimport (\n\t"example.com/lib/v2"\n\tstr "strings"\n\t"testing"\n)\n\nfunc TestLow')
    assert '"os"' not in text
    assert runner.place().as_posix() == "area/clamp_generated_test.go"
    assert "in package area" in runner.form


@pytest.mark.parametrize(
    ("code", "objection"),
    [
        (CODE, ""),
        (CODE.replace("TestLow", "TestHigh"), "is not one test function"),
        (CODE + "\n\n" + CODE.replace("TestLow", "TestHigh"), "is not one test function"),
        ("func TestLow(t *testing.T) { Clamp() }", "asserts nothing"),
        ("func TestLow(t *testing.T) { require.Equal(t, 1, Clamp()) }", ""),
    ],
)
def test_objections(runner, code, objection):
    assert runner.objection(Proposal("TestLow", code)) == objection


def test_outcomes_output_and_covered_blocks_are_read(runner, program, sandbox):
    profile = "example.com/shapes/area/clamp.go:3.10,5.2 2 1\nexample.com/shapes/area/clamp.go:6.1,7.2 1 0\nexample.com/shapes/other.go:1.1,2.2 1 1"
    program(
        "go",
        prints(
            event("run", "TestLow"),
            event("output", "TestLow", "got 3\n"),
            event("pass", "TestLow/sub"),
            event("fail", "TestLow"),
            event("pass", "TestTwo"),
            event("fail"),
            profile=profile,
        ),
    )
    box = sandbox(FILES, "area/clamp.go")
    runs, reached = runner.run_text(box, CODE, 20)
    assert runs == {"TestLow": Ran(False, "got 3\n"), "TestTwo": Ran(True)}
    assert reached == {("block", 3, 5)}
    assert runner.measure(box, CODE, 20) == Coverage((3, 5), None, frozenset({6, 7}))


def test_a_file_that_does_not_compile_is_its_own_fault(runner, program, sandbox):
    program("go", prints("# example.com/shapes/area", "clamp_generated_test.go:3: undefined: X", event("fail")))
    runs, reached = runner.run_text(sandbox(FILES, "area/clamp.go"), CODE, 20)
    assert runs[""].own_fault
    assert "undefined: X" in runs[""].output
    assert reached == frozenset()


def test_without_go_there_is_no_runner(tmp_path, monkeypatch):
    root = write(tmp_path, FILES)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="Go is not installed; 'go test' is required"):
        GoTest(find_target(str(root / "area/clamp.go"), root))
