"""Go: `go test` with its coverage profile."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.sandbox.results import UNREADABLE, Coverage, Proposal, TestRun, merged_lines
from codeassist.sandbox.runners.one_by_one import OneByOne
from codeassist.sandbox.runners.toolchain import toolchain_output
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target
from indexers.files.reading import text_or_empty

_TEST = re.compile(r"^func\s+(Test\w*)\s*\(\s*\w+\s+\*testing\.T\s*\)", re.MULTILINE)
_ASSERTS = re.compile(r"\bt\.(?:Error|Fatal|Fail)|\b(?:assert|require)\.\w+")
_PACKAGE = re.compile(r"^package\s+(\w+)", re.MULTILINE)
_BLOCK = re.compile(r"^(.+):(\d+)\.\d+,(\d+)\.\d+ (\d+) (\d+)$")


class GoTest(OneByOne):
    """Run tests of a Go file, in its package."""

    language = "go"
    framework = "go test"

    def __init__(self, target: Target) -> None:
        """Raises `UsageError` if Go is not installed."""
        super().__init__(target)
        if shutil.which("go") is None:
            raise UsageError("Go is not installed; 'go test' is required.")
        match = _PACKAGE.search(text_or_empty(target.path))
        self.package = match[1] if match else target.path.parent.name

    @property
    def form(self) -> str:
        """An example of imports and of one test, for the prompt."""
        return (
            'imports: ["testing"] (paths only); code: one function, '
            f'"func TestX(t *testing.T) {{ if got := F(1); got != 2 {{ t.Errorf(...) }} }}" in package {self.package}'
        )

    def environment(self) -> dict[str, str]:
        """Variables for `go`: the location of the module cache, and no network access."""
        return {
            "GOMODCACHE": toolchain_output(["go", "env", "GOMODCACHE"], GOTOOLCHAIN="local").strip(),
            "GOPROXY": "off",
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "",
            "CGO_ENABLED": os.environ.get("CGO_ENABLED", "0"),
        }

    def place(self) -> Path:
        """A file beside the source, as Go requires."""
        source = self.target.path.relative_to(self.target.root)
        return source.with_name(f"{source.stem}_generated_test.go")

    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """A test file of the package with the imports that the tests use."""
        code = "\n\n".join(p.code.strip("\n") for p in proposals)
        paths = [
            re.sub(r"^import\s+|[\"`]", "", line).strip()
            for line in merged_lines([["testing"], *(p.imports for p in proposals)])
        ]
        used = [p for p in dict.fromkeys(paths) if re.search(rf"\b{re.escape(_bound(p))}\.", code)]
        lines = "\n".join(f'\t"{p}"' if " " not in p else '\t{} "{}"'.format(*p.split()[:2]) for p in sorted(used))
        return f"package {self.package}\n\nimport (\n{lines}\n)\n\n{code}\n"

    def objection(self, proposal: Proposal) -> str:
        """Why the code is not one test function that can fail; "" if it is."""
        if _TEST.findall(proposal.code) != [proposal.name]:
            return "is not one test function"
        return "" if _ASSERTS.search(proposal.code) else "asserts nothing"

    def run(self, box: Sandbox, path: Path, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        """Run the tests of one file of the package."""
        profile = box.out / "cover.out"
        profile.unlink(missing_ok=True)
        names = "|".join(_TEST.findall(text_or_empty(path)))
        command = [
            "go",
            "test",
            "-json",
            "-count=1",
            f"-timeout={max(2, int(seconds))}s",
            "-covermode=count",
            f"-coverprofile={profile}",
            "-run",
            f"^({names})$",
            f"./{path.relative_to(box.copy).parent.as_posix()}",
        ]
        caches = {"GOCACHE": str(box.writable[0] if box.writable else box.out / "go"), "GOPATH": str(box.out / "gopath")}
        box.command(command, seconds=seconds + 5, extra=caches, output=True)
        runs: dict[str, TestRun] = {}
        output: dict[str, list[str]] = {}
        plain: list[str] = []
        for line in box.printed().splitlines():
            try:
                event = json.loads(line)
                name, action = str(event.get("Test", "")), event["Action"]
            except UNREADABLE:
                plain.append(line)
                continue
            test = name.partition("/")[0]
            if action in ("output", "build-output"):
                output.setdefault(test, []).append(str(event.get("Output", "")))
            elif test and "/" not in name and action in ("pass", "fail"):
                runs[test] = TestRun(action == "pass", "".join(output.get(test, ()))[-2_000:])
        if not runs:
            text = "\n".join(plain) + "".join(output.get("", ()))
            runs[""] = TestRun(False, text[-2_000:] or "it did not finish", own_fault=True)
        return runs, self._reached(box, profile)

    def _blocks(self, box: Sandbox, profile: Path) -> list[tuple[int, int, int]]:
        source = box.target.path.relative_to(box.target.root).as_posix()
        blocks = []
        for line in text_or_empty(profile, follow=False).splitlines():
            match = _BLOCK.match(line)
            if match and match[1].endswith(source):
                blocks.append((int(match[2]), int(match[3]), int(match[5])))
        return blocks

    def _reached(self, box: Sandbox, profile: Path) -> frozenset[object]:
        return frozenset(("block", start, end) for start, end, count in self._blocks(box, profile) if count)

    def measure(self, box: Sandbox, text: str, seconds: float) -> Coverage:
        """Lines of the covered blocks; Go does not measure branches."""
        self.run_text(box, text, seconds)
        ran: dict[int, int] = {}
        for start, end, count in self._blocks(box, box.out / "cover.out"):
            for line in range(start, end + 1):
                ran[line] = max(ran.get(line, 0), count)
        missing = frozenset(n for n, count in ran.items() if not count)
        return Coverage((len(ran) - len(missing), len(ran)), None, missing) if ran else Coverage()


def _bound(path: str) -> str:
    """The name that an import path binds."""
    alias, _, rest = path.partition(" ")
    if rest:
        return alias
    last = path.rpartition("/")[2]
    return path.split("/")[-2] if re.fullmatch(r"v\d+", last) and "/" in path else last
