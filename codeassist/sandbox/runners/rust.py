"""Rust: `cargo test` on a file of integration tests; lines from LLVM's coverage where its tools fit the compiler."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.sandbox.results import Coverage, Proposal, TestRun, merged_lines
from codeassist.sandbox.runners.lcov import lcov_coverage, lcov_reached
from codeassist.sandbox.runners.one_by_one import OneByOne
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target

_TEST = re.compile(r"#\[test\][^{]*?\bfn\s+(\w+)\s*\(")
_ASSERTS = re.compile(r"\b(?:debug_)?assert(?:_eq|_ne|_matches)?!|should_panic|\bpanic!")
_LINE = re.compile(r"^test (\S+)(?: - should panic)? \.\.\. (ok|FAILED|ignored)", re.MULTILINE)
PROFILES = "profile-%p-%m.profraw"


class CargoTest(OneByOne):
    """Tests of what a crate gives away; private items are out of reach of integration tests."""

    language = "rust"
    framework = "cargo test"

    def __init__(self, target: Target) -> None:
        """Tests of `target`. Raises `UsageError` without cargo or a library crate."""
        super().__init__(target)
        if shutil.which("cargo") is None:
            raise UsageError("Rust is not installed; 'cargo test' is needed.")
        try:
            manifest = tomllib.loads((target.root / "Cargo.toml").read_text(encoding="utf-8"))
            name = manifest.get("lib", {}).get("name") or manifest["package"]["name"]
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(f"{target.root / 'Cargo.toml'} names no package: {error}.") from error
        self.crate = str(name).replace("-", "_")

    @property
    def form(self) -> str:
        """For the prompt."""
        inner = [
            p for p in self.target.path.relative_to(self.target.root).with_suffix("").parts if p not in ("src", "lib", "mod")
        ]
        path = "::".join([self.crate, *inner])
        return f'imports: ["use {path}::NAME;"]; code: "#[test]\\nfn name() {{ assert_eq!(...); }}" in an integration test'

    def environment(self) -> dict[str, str]:
        """Where the toolchain and the registry are, and no network."""
        home = Path.home()
        return {
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(home / ".rustup")),
            "CARGO_HOME": os.environ.get("CARGO_HOME", str(home / ".cargo")),
            "CARGO_NET_OFFLINE": "true",
            "CARGO_TERM_COLOR": "never",
            "CARGO_INCREMENTAL": "0",
        }

    def place(self) -> Path:
        """Cargo's folder of integration tests."""
        return Path("tests") / f"{self.target.path.stem}_generated.rs"

    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """Uses once, then the tests."""
        lines = [line if line.endswith(";") else f"{line};" for line in merged_lines([p.imports for p in proposals])]
        homes: dict[str, set[str]] = {}
        for line in dict.fromkeys(lines):
            home, _, names = line.removeprefix("use ").rstrip(";").rpartition("::")
            homes.setdefault(home, set()).update(n.strip() for n in names.strip("{}").split(",") if n.strip())
        code = "\n\n".join(p.code.strip("\n") for p in proposals)
        told = []
        for home, inside in homes.items():
            wanted = sorted(n for n in inside if n == "*" or re.search(rf"\b{re.escape(n.split(' as ')[-1].strip())}\b", code))
            if wanted:
                one = wanted[0] if len(wanted) == 1 else "{" + ", ".join(wanted) + "}"
                told.append(f"use {home}::{one};" if home else f"use {one};")
        return "\n".join(told) + f"\n\n{code}\n"

    def objection(self, proposal: Proposal) -> str:
        """Only one test that asserts something."""
        if _TEST.findall(proposal.code) != [proposal.name]:
            return "is not one test function"
        return "" if _ASSERTS.search(proposal.code) else "asserts nothing"

    def run(self, box: Sandbox, path: Path, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        """One run of the file's tests."""
        for old in box.out.glob("profile-*.profraw"):
            old.unlink()
        cache = box.writable[0] if box.writable else box.out / "cargo"
        extra = {"CARGO_TARGET_DIR": str(cache)}
        if _tools():
            extra |= {"RUSTFLAGS": "-Cinstrument-coverage", "LLVM_PROFILE_FILE": str(box.out / PROFILES)}
        test = path.stem
        command = ["cargo", "test", "--offline", "--no-fail-fast", "--test", test]
        box.command(command, seconds=seconds, extra=extra, output=True)
        text = box.printed()
        found = {
            name: TestRun(outcome == "ok", _section(text, name))
            for name, outcome in _LINE.findall(text)
            if outcome != "ignored"
        }
        if not found:
            errors = text[max(0, text.find("error")) :]
            found[""] = TestRun(False, errors[:2_000] or "it came to no end", own_fault=True)
            return found, frozenset()
        self._report(box, cache, test)
        return found, lcov_reached(box.folder / "cover.lcov", self._source())

    def _source(self) -> str:
        return self.target.path.relative_to(self.target.root).as_posix()

    def _report(self, box: Sandbox, cache: Path, test: str) -> None:
        """Write lines of the target as lcov."""
        cover = box.folder / "cover.lcov"
        cover.unlink(missing_ok=True)
        tools = _tools()
        profiles = [str(p) for p in box.out.glob("profile-*.profraw")]
        binaries = [p for p in (cache / "debug" / "deps").glob(f"{test}-*") if p.suffix in ("", ".exe")]
        if not tools or not profiles or not binaries:
            return
        merged = box.out / "merged.profdata"
        box.command([tools[0], "merge", "-sparse", *profiles, "-o", str(merged)], seconds=30)
        newest = max(binaries, key=lambda p: p.stat().st_mtime)
        command = [tools[1], "export", "--format=lcov", f"--instr-profile={merged}", str(newest), str(box.module_path)]
        if box.command(command, seconds=30, output=True) == 0:
            cover.write_text(box.printed(), encoding="utf-8")

    def measure(self, box: Sandbox, text: str, seconds: float) -> Coverage:
        """Lines of the target."""
        self.run_text(box, text, seconds)
        return lcov_coverage(box.folder / "cover.lcov", self._source())


def _section(text: str, name: str) -> str:
    """What a failing test printed."""
    match = re.search(rf"---- {re.escape(name)} stdout ----\n(.*?)(?=\n---- |\nfailures:|\Z)", text, re.DOTALL)
    return match[1].strip()[-2_000:] if match else ""


@functools.cache
def _tools() -> tuple[str, str] | None:
    """`llvm-profdata` and `llvm-cov` of the LLVM that rustc is built with; None when there are none."""
    try:
        done = subprocess.run(["rustc", "-vV", "--print", "sysroot"], capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return None
    version = re.search(r"LLVM version: (\d+)", done.stdout)
    sysroot = next((line for line in done.stdout.splitlines() if line.startswith("/")), "")
    major = version[1] if version else ""
    folders = [str(p) for p in Path(sysroot or "/nowhere").glob("lib/rustlib/*/bin")] + [f"/usr/lib/llvm-{major}/bin"]
    for folder in folders:
        names = [Path(folder) / name for name in ("llvm-profdata", "llvm-cov")]
        if all(n.exists() for n in names):
            return str(names[0]), str(names[1])
    found = [shutil.which(f"{name}-{major}") for name in ("llvm-profdata", "llvm-cov")]
    return (found[0], found[1]) if found[0] and found[1] else None
