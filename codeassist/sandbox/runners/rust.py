"""Rust: `cargo test` on a file of integration tests; LLVM coverage if its tools match the compiler's version."""

from __future__ import annotations

import functools
import os
import re
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.sandbox.results import Coverage, Proposal, TestRun, merged_lines
from codeassist.sandbox.runners.lcov import lcov_coverage, lcov_reached
from codeassist.sandbox.runners.one_by_one import OneByOne
from codeassist.sandbox.runners.toolchain import toolchain_output
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target
from indexers.files.reading import SMALL_BYTES, read_text

_TEST = re.compile(r"#\[test\][^{]*?\bfn\s+(\w+)\s*\(")
_ASSERTS = re.compile(r"\b(?:debug_)?assert(?:_eq|_ne|_matches)?!|should_panic|\bpanic!")
_LINE = re.compile(r"^test (\S+)(?: - should panic)? \.\.\. (ok|FAILED|ignored)", re.MULTILINE)
PROFILES = "profile-%p-%m.profraw"


class CargoTest(OneByOne):
    """Run tests of a crate's public items; integration tests cannot access private ones."""

    language = "rust"
    framework = "cargo test"

    def __init__(self, target: Target) -> None:
        """Raises `UsageError` if cargo is not installed, or Cargo.toml names no package."""
        super().__init__(target)
        if shutil.which("cargo") is None:
            raise UsageError("Rust is not installed; 'cargo test' is required.")
        try:
            manifest = tomllib.loads(read_text(target.root / "Cargo.toml", limit=SMALL_BYTES))
            name = manifest.get("lib", {}).get("name") or manifest["package"]["name"]
        except (OSError, ValueError, KeyError, RecursionError) as error:
            raise UsageError(f"{target.root / 'Cargo.toml'} names no package: {error}.") from error
        self.crate = str(name).replace("-", "_")

    @property
    def form(self) -> str:
        """An example of imports and of one test, for the prompt."""
        inner = [
            p for p in self.target.path.relative_to(self.target.root).with_suffix("").parts if p not in ("src", "lib", "mod")
        ]
        path = "::".join([self.crate, *inner])
        return f'imports: ["use {path}::NAME;"]; code: "#[test]\\nfn name() {{ assert_eq!(...); }}" in an integration test'

    def environment(self) -> dict[str, str]:
        """Variables for cargo: the location of the toolchain and the registry, and no network access."""
        home = Path.home()
        return {
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(home / ".rustup")),
            "CARGO_HOME": os.environ.get("CARGO_HOME", str(home / ".cargo")),
            "CARGO_NET_OFFLINE": "true",
            "CARGO_TERM_COLOR": "never",
            "CARGO_INCREMENTAL": "0",
        }

    def place(self) -> Path:
        """A file in Cargo's folder of integration tests."""
        return Path("tests") / f"{self.target.path.stem}_generated.rs"

    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """The `use` lines without repetitions, then the tests."""
        lines = [line if line.endswith(";") else f"{line};" for line in merged_lines([p.imports for p in proposals])]
        modules: dict[str, set[str]] = {}
        for line in dict.fromkeys(lines):
            module, _, names = line.removeprefix("use ").rstrip(";").rpartition("::")
            modules.setdefault(module, set()).update(n.strip() for n in names.strip("{}").split(",") if n.strip())
        code = "\n\n".join(p.code.strip("\n") for p in proposals)
        uses = []
        for module, members in modules.items():
            used = sorted(n for n in members if n == "*" or re.search(rf"\b{re.escape(n.split(' as ')[-1].strip())}\b", code))
            if used:
                spelled = used[0] if len(used) == 1 else "{" + ", ".join(used) + "}"
                uses.append(f"use {module}::{spelled};" if module else f"use {spelled};")
        return "\n".join(uses) + f"\n\n{code}\n"

    def objection(self, proposal: Proposal) -> str:
        """Why the code is not one test with an assertion; "" if it is."""
        if _TEST.findall(proposal.code) != [proposal.name]:
            return "is not one test function"
        return "" if _ASSERTS.search(proposal.code) else "asserts nothing"

    def run(self, box: Sandbox, path: Path, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        """Run the tests of one file."""
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
        runs = {
            name: TestRun(outcome == "ok", _section(text, name))
            for name, outcome in _LINE.findall(text)
            if outcome != "ignored"
        }
        if not runs:
            errors = text[max(0, text.find("error")) :]
            runs[""] = TestRun(False, errors[:2_000] or "it did not finish", own_fault=True)
            return runs, frozenset()
        self._report(box, cache, test)
        return runs, lcov_reached(box.folder / "cover.lcov", self._source())

    def _source(self) -> str:
        return self.target.path.relative_to(self.target.root).as_posix()

    def _report(self, box: Sandbox, cache: Path, test: str) -> None:
        """Write the coverage of the target as an lcov file."""
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
        """Line coverage of the target."""
        self.run_text(box, text, seconds)
        return lcov_coverage(box.folder / "cover.lcov", self._source())


def _section(text: str, name: str) -> str:
    """The output of a failed test."""
    match = re.search(rf"---- {re.escape(name)} stdout ----\n(.*?)(?=\n---- |\nfailures:|\Z)", text, re.DOTALL)
    return match[1].strip()[-2_000:] if match else ""


@functools.cache
def _tools() -> tuple[str, str] | None:
    """The paths of `llvm-profdata` and `llvm-cov` in the LLVM version of rustc; None if they are not installed."""
    described = toolchain_output(["rustc", "-vV", "--print", "sysroot"])
    version = re.search(r"LLVM version: (\d+)", described)
    sysroot = next((line for line in described.splitlines() if line.startswith("/")), "")
    major = version[1] if version else ""
    folders = [str(p) for p in Path(sysroot or "/nowhere").glob("lib/rustlib/*/bin")] + [f"/usr/lib/llvm-{major}/bin"]
    for folder in folders:
        programs = [Path(folder) / name for name in ("llvm-profdata", "llvm-cov")]
        if all(n.exists() for n in programs):
            return str(programs[0]), str(programs[1])
    installed = [shutil.which(f"{name}-{major}") for name in ("llvm-profdata", "llvm-cov")]
    return (installed[0], installed[1]) if installed[0] and installed[1] else None
