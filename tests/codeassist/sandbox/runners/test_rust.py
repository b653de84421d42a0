"""The runner for Rust: test files, objections, and what it reads from the output of `cargo test`; `cargo` is a script."""

from __future__ import annotations

import pytest

from codeassist.errors import UsageError
from codeassist.sandbox.results import Coverage, Proposal
from codeassist.sandbox.results import TestRun as Ran
from codeassist.sandbox.runners import rust
from codeassist.sandbox.runners.rust import CargoTest
from codeassist.sandbox.target import find_target
from tests.conftest import write

FILES = {"Cargo.toml": '[package]\nname = "my-shapes"\nversion = "0.1.0"\n', "src/clamp.rs": "pub fn clamp() {}\n"}
CODE = "#[test]\nfn low() {\n    assert_eq!(clamp(), 0);\n}"
OUTPUT = """running 4 tests
test low ... ok
test high ... FAILED
test panics - should panic ... ok
test slow ... ignored

failures:

---- high stdout ----
assertion `left == right` failed
  left: 1

failures:
    high
"""


@pytest.fixture
def runner(tmp_path, program, monkeypatch):
    program("cargo", f"cat <<'EOF'\n{OUTPUT}EOF")
    monkeypatch.setattr(rust, "_tools", lambda: None)
    root = write(tmp_path / "project", FILES)
    return CargoTest(find_target(str(root / "src/clamp.rs"), root))


def test_imports_are_merged_and_unused_ones_left_out(runner):
    proposals = [
        Proposal("low", CODE, ("use my_shapes::clamp::{clamp, unused};", "use std::fs")),
        Proposal(
            "high",
            "#[test]\nfn high() { assert!(other(Kind::A)); }",
            ("use my_shapes::clamp::other", "use my_shapes::K as Kind"),
        ),
    ]
    text = runner.assemble(proposals)
    assert text.startswith("use my_shapes::clamp::{clamp, other};\nuse my_shapes::K as Kind;\n\n#[test]")
    assert "std::fs" not in text
    assert runner.place().as_posix() == "tests/clamp_generated.rs"
    assert "use my_shapes::clamp::NAME;" in runner.form


@pytest.mark.parametrize(
    ("code", "objection"),
    [
        (CODE, ""),
        ("#[test]\n#[should_panic]\nfn low() { clamp(); }", ""),
        ("#[test]\nfn low() { clamp(); }", "asserts nothing"),
        ("fn low() { assert!(true); }", "is not one test function"),
        (CODE + CODE.replace("low", "high"), "is not one test function"),
    ],
)
def test_objections(runner, code, objection):
    assert runner.objection(Proposal("low", code)) == objection


def test_outcomes_and_the_output_of_failed_tests_are_read(runner, sandbox):
    runs, reached = runner.run_text(sandbox(FILES, "src/clamp.rs"), CODE, 20)
    assert runs == {
        "low": Ran(True),
        "high": Ran(False, "assertion `left == right` failed\n  left: 1"),
        "panics": Ran(True),
    }
    assert reached == frozenset()


def test_a_file_that_does_not_compile_is_its_own_fault(runner, program, sandbox):
    program("cargo", "echo 'Compiling my-shapes'; echo 'error[E0308]: mismatched types'; exit 101")
    runs, _ = runner.run_text(sandbox(FILES, "src/clamp.rs"), CODE, 20)
    assert runs == {"": Ran(False, "error[E0308]: mismatched types\n", own_fault=True)}


def test_coverage_is_measured_with_the_tools_of_the_compiler(runner, program, sandbox, monkeypatch):
    program(
        "cargo",
        'mkdir -p "$CARGO_TARGET_DIR/debug/deps"; touch "$CARGO_TARGET_DIR/debug/deps/clamp_generated-1"\n'
        'touch "$(dirname "$LLVM_PROFILE_FILE")/profile-1-2.profraw"; test "$RUSTFLAGS" = -Cinstrument-coverage && echo "test low ... ok"',
    )
    merge = program("llvm-profdata", 'shift 2; test -f "$1"')
    export = program("llvm-cov", "printf 'SF:src/clamp.rs\\nDA:1,1\\nDA:2,0\\n'")
    monkeypatch.setattr(rust, "_tools", lambda: (str(merge), str(export)))
    box = sandbox(FILES, "src/clamp.rs")
    assert runner.run_text(box, CODE, 20) == ({"low": Ran(True)}, frozenset({1}))
    assert runner.measure(box, CODE, 20) == Coverage((1, 2), None, frozenset({2}))


def test_a_crate_is_named_by_its_library_or_its_package(tmp_path, program):
    program("cargo")
    root = write(tmp_path, FILES | {"Cargo.toml": '[package]\nname = "a-b"\n[lib]\nname = "other"\n'})
    target = find_target(str(root / "src/clamp.rs"), root)
    assert CargoTest(target).crate == "other"
    for text in ("[workspace]\n", "not TOML"):
        write(root, {"Cargo.toml": text})
        with pytest.raises(UsageError, match="Cargo.toml names no package"):
            CargoTest(target)


def test_without_cargo_there_is_no_runner(tmp_path, monkeypatch):
    root = write(tmp_path, FILES)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="Rust is not installed; 'cargo test' is required"):
        CargoTest(find_target(str(root / "src/clamp.rs"), root))
