"""JavaScript and TypeScript: vitest, jest or Node's built-in test runner, whichever the project uses."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from codeassist.errors import UsageError
from codeassist.sandbox.results import UNREADABLE, Coverage, Proposal, TestRun, merged_lines
from codeassist.sandbox.runners.javascript_coverage import istanbul, reached, v8_words
from codeassist.sandbox.runners.one_by_one import OneByOne
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target
from indexers.files.reading import SMALL_BYTES, read_text, text_or_empty

TYPED = (".ts", ".tsx", ".mts", ".cts")
FOLDERS = ("test", "tests", "__tests__", "spec")
_ASSERTS = re.compile(r"\bexpect\s*\(|\bassert\b|\.should\b|\bt\.(?:is|deepEqual|assert)")
_TEST = re.compile(r"""^\s*(?:test|it)\s*\(\s*(["'`])(?P<name>.*?)\1""", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_IMPORT_FAULT = re.compile(
    r"SyntaxError|ReferenceError|Cannot find (?:module|package)|Transform failed|error TS\d+|Test suite failed to run|"
    r"No test suite found|is not a function|Failed to resolve import"
)

REPORTER = """export default async function* report(source) {
  for await (const event of source) {
    if (event.type === 'test:pass' || event.type === 'test:fail') {
      const { name, nesting, file, skip, details } = event.data;
      const error = details && details.error;
      const output = error ? String((error.cause && (error.cause.stack || error.cause.message)) || error.message || error) : '';
      const suite = details && details.type === 'suite';
      yield JSON.stringify({ type: event.type, name, nesting, file, skip, suite, output }) + '\\n';
    } else if (event.type === 'test:stderr') {
      yield JSON.stringify({ type: event.type, output: event.data.message }) + '\\n';
    }
  }
}
"""


class JavaScript(OneByOne):
    """Run tests of a JavaScript or TypeScript file with one of three frameworks."""

    def __init__(self, target: Target, framework: str) -> None:
        """`framework` is "vitest", "jest" or "node:test"."""
        super().__init__(target)
        self.framework = framework
        self.language = "typescript" if target.path.suffix in TYPED else "javascript"

    @property
    def form(self) -> str:
        """An example of imports and of one test, for the prompt."""
        spelled = self._spelled()
        own = f"const {{ NAME }} = require('{spelled}');" if self._required() else f"import {{ NAME }} from '{spelled}';"
        return f"imports: {json.dumps([*self._framework_imports(), own])}; code: one call, \"test('...', () => {{ ... }});\""

    def _framework_imports(self) -> list[str]:
        if self.framework == "vitest":
            return ["import { expect, test } from 'vitest';"]
        if self.framework == "node:test":
            if self._required():
                return ["const test = require('node:test');", "const assert = require('node:assert/strict');"]
            return ["import test from 'node:test';", "import assert from 'node:assert/strict';"]
        return []

    def _required(self) -> bool:
        """Whether the project's modules are CommonJS."""
        if self.framework == "vitest" or self.language == "typescript" or self.target.path.suffix == ".mjs":
            return False
        text = text_or_empty(self.target.path)
        return (
            self.target.path.suffix == ".cjs" or "module.exports" in text or bool(re.search(r"^exports\.", text, re.MULTILINE))
        )

    def _spelled(self) -> str:
        """The import path of the target, as seen from the test file."""
        folder = self.place().parent
        source = self.target.path.relative_to(self.target.root)
        ups = len(folder.parts)
        shared = 0
        for a, b in zip(folder.parts, source.parts[:-1], strict=False):
            if a != b:
                break
            shared += 1
        path = "/".join([*([".."] * (ups - shared) or ["."]), *source.parts[shared:]])
        return path if self.framework == "node:test" else path.removesuffix(self.target.path.suffix)

    def place(self) -> Path:
        """A file beside the project's other tests: next to the source, or in its test folder."""
        source = self.target.path.relative_to(self.target.root)
        suffix = ".tsx" if self.target.path.suffix == ".tsx" else self.target.path.suffix
        name = f"{source.stem}.generated.test{suffix}"
        if any(self.target.path.parent.glob("*.test.*")) or any(self.target.path.parent.glob("*.spec.*")):
            return source.parent / name
        folder = next((f for f in FOLDERS if (self.target.root / f).is_dir()), None)
        if folder is not None:
            return Path(folder) / name
        return Path("test") / name if self.framework == "node:test" else source.parent / name

    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """The imports without repetitions, then the tests."""
        imports = merged_lines([self._framework_imports(), *(p.imports for p in proposals)])
        lines: list[str] = []
        bound: set[str] = set()
        for line in imports:
            names = set(
                re.findall(
                    r"[A-Za-z_$][\w$]*", line.partition("from")[0] if line.startswith("import") else line.partition("=")[0]
                )
            ) - {"import", "const", "type", "as", "default"}
            if names and names <= bound:
                continue
            if names & bound and (match := re.match(r"(import|const)\s*\{(.*?)\}\s*(.*)", line)):
                unbound = [n.strip() for n in match[2].split(",") if n.strip().split(" ")[-1] not in bound]
                line = f"{match[1]} {{ {', '.join(unbound)} }} {match[3]}"  # noqa: PLW2901
            bound |= names
            lines.append(line)
        return "\n".join(lines) + "\n\n" + "\n\n".join(p.code.strip("\n") for p in proposals) + "\n"

    def objection(self, proposal: Proposal) -> str:
        """Why the code is not one test with an assertion; "" if it is."""
        if len(_TEST.findall(proposal.code)) != 1:
            return "is not one test"
        return "" if _ASSERTS.search(proposal.code) else "asserts nothing"

    def names(self, proposal: Proposal) -> str:
        """The title of a test, which identifies it in the runner's results."""
        match = _TEST.search(proposal.code)
        return match["name"] if match else proposal.name

    def run(self, box: Sandbox, path: Path, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        """Run one file: its tests by title, and the lines and branches of the target that they cover."""
        out, folder = box.out / "results.json", box.out / "coverage"
        box.forget(out.name)
        shutil.rmtree(folder, ignore_errors=True)
        relative = path.relative_to(box.copy).as_posix()
        source = box.target.path.relative_to(box.target.root).as_posix()
        program = box.copy / "node_modules" / ".bin" / self.framework
        if self.framework == "node:test":
            return self._run_node(box, relative, source, seconds)
        if self.framework == "vitest":
            command = [
                str(program),
                "run",
                "--reporter=json",
                f"--outputFile={out}",
                "--coverage.enabled",
                "--coverage.provider=v8",
                "--coverage.reporter=json",
                f"--coverage.include={source}",
                f"--coverage.reportsDirectory={folder}",
                "--coverage.reportOnFailure",
                "--coverage.experimentalAstAwareRemapping",
                relative,
            ]
            if not (box.copy / "node_modules" / "@vitest" / "coverage-v8").exists():
                command = [c for c in command if not c.startswith("--coverage")]
        else:
            command = [
                str(program),
                "--ci",
                "--json",
                f"--outputFile={out}",
                "--coverage",
                "--coverageReporters=json",
                f"--coverageDirectory={folder}",
                f"--collectCoverageFrom={source}",
                f"--cacheDirectory={box.out / 'jest'}",
                "--runTestsByPath",
                relative,
            ]
        box.command(command, seconds=seconds, output=True)
        return self._outcomes(box, out), reached(folder / "coverage-final.json")

    @staticmethod
    def _outcomes(box: Sandbox, out: Path) -> dict[str, TestRun]:
        try:
            return _read_outcomes(json.loads(read_text(out, follow=False))["testResults"])
        except UNREADABLE:
            text = box.printed()
            return {"": TestRun(False, _ANSI.sub("", text)[-2_000:] or "it did not finish", own_fault=True)}

    def _run_node(self, box: Sandbox, path: str, source: str, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        reporter, out, raw = box.folder / "reporter.mjs", box.out / "results.jsonl", box.out / "v8"
        reporter.write_text(REPORTER, encoding="utf-8")
        box.forget(out.name)
        shutil.rmtree(raw, ignore_errors=True)
        command = ["node", "--test", f"--test-reporter={reporter}", f"--test-reporter-destination={out}", path]
        box.command(command, seconds=seconds, output=True, extra={"NODE_V8_COVERAGE": str(raw)})
        runs: dict[str, TestRun] = {}
        stderr: list[str] = []
        for line in text_or_empty(out, follow=False).splitlines():
            with suppress(*UNREADABLE):
                event = json.loads(line)
                if event["type"] == "test:stderr":
                    stderr.append(str(event["output"]))
                elif event["name"] in (path, event.get("file")) or event.get("suite") or event.get("skip"):
                    if event["type"] == "test:fail":
                        runs[""] = TestRun(False, "".join(stderr)[-2_000:] or event["output"], own_fault=True)
                else:
                    report = _ANSI.sub("", event["output"])
                    runs[event["name"]] = TestRun(
                        event["type"] == "test:pass", report, own_fault=bool(_IMPORT_FAULT.search(report))
                    )
        if not runs:
            runs[""] = TestRun(False, "it did not finish", own_fault=True)
        text = text_or_empty(box.module_path)
        return runs, frozenset(word for word, ran in v8_words(raw, source, text).items() if ran)

    def measure(self, box: Sandbox, text: str, seconds: float) -> Coverage:
        """Line and branch coverage of the target; `node:test` measures lines only."""
        path = box.copy / self.place()
        box.put(path, text)
        self.run(box, path, seconds)
        if self.framework == "node:test":
            source = box.target.path.relative_to(box.target.root).as_posix()
            code = text_or_empty(box.module_path)
            ran: dict[int, bool] = {}
            for offset, hit in v8_words(box.out / "v8", source, code).items():
                number = code.count("\n", 0, offset) + 1
                ran[number] = ran.get(number, True) and hit
            skipped = frozenset(n for n, hit in ran.items() if not hit)
            return Coverage((len(ran) - len(skipped), len(ran)), None, skipped) if ran else Coverage()
        try:
            return istanbul(json.loads(read_text(box.out / "coverage" / "coverage-final.json", follow=False)))
        except UNREADABLE:
            return Coverage()


def _read_outcomes(results: Any) -> dict[str, TestRun]:
    """The tests of the results file of jest or vitest."""
    runs: dict[str, TestRun] = {}
    for file in results:
        for result in file["assertionResults"]:
            report = _ANSI.sub("", "\n".join(result.get("failureMessages") or ()))
            runs[result["title"]] = TestRun(result["status"] == "passed", report, own_fault=bool(_IMPORT_FAULT.search(report)))
        if not file["assertionResults"]:
            runs[""] = TestRun(False, _ANSI.sub("", file.get("message") or "no test was found"), own_fault=True)
    return runs


def framework(target: Target) -> str:
    """The test framework in the project's package.json. Raises `UsageError` if none is suitable or it is not installed."""
    try:
        package = json.loads(read_text(target.root / "package.json", limit=SMALL_BYTES))
        named = {**package.get("devDependencies", {}), **package.get("dependencies", {})}
    except UNREADABLE:
        named = {}
    for name in ("vitest", "jest"):
        if name in named:
            if not (target.root / "node_modules" / ".bin" / name).exists():
                raise UsageError(f"{name} is not installed in {target.root}; run: npm install")
            return name
    if target.path.suffix in (*TYPED, ".jsx"):
        raise UsageError(
            f"{target.path.name} needs a runner that supports it: npm install --save-dev vitest @vitest/coverage-v8"
        )
    if shutil.which("node") is None:
        raise UsageError("Node.js is not installed; its test runner is required.")
    return "node:test"
