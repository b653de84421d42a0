"""Java: JUnit through the project's Maven or Gradle, offline; coverage if the project writes a JaCoCo report."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from codeassist.errors import UsageError
from codeassist.sandbox.results import UNREADABLE, Coverage, Proposal, TestRun, merged_lines
from codeassist.sandbox.runners.one_by_one import OneByOne
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target
from indexers.files.reading import read_bytes, read_text, text_or_empty

_TEST = re.compile(r"@(?:Test|ParameterizedTest)\b[^{;]*?\bvoid\s+(\w+)\s*\(")
_ASSERTS = re.compile(r"\bassert\w*\s*\(|\bfail\s*\(|\bassertThat\b")
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
MAVEN = Path.home() / ".m2"


class JUnit(OneByOne):
    """Run tests of a Java class, in its package."""

    language = "java"

    def __init__(self, target: Target) -> None:
        """Raises `UsageError` if neither the build tool nor its wrapper is available."""
        super().__init__(target)
        maven = (target.root / "pom.xml").exists()
        self.framework = "JUnit with Maven" if maven else "JUnit with Gradle"
        wrapper = "mvnw" if maven else "gradlew"
        program = shutil.which("mvn" if maven else "gradle")
        if program is None and not (target.root / wrapper).exists():
            raise UsageError(f"{'Maven' if maven else 'Gradle'} is not installed; it is required to run the project's tests.")
        self.program = program or f"./{wrapper}"
        self.maven = maven
        match = _PACKAGE.search(text_or_empty(target.path))
        self.package = match[1] if match else ""
        self.name = f"{target.path.stem}GeneratedTest"

    @property
    def form(self) -> str:
        """An example of imports and of one test, for the prompt."""
        return (
            'imports: ["import static org.junit.jupiter.api.Assertions.assertEquals;"]; code: one method of the class '
            f'{self.name} in package {self.package or "(none)"}, "@Test\\nvoid name() {{ assertEquals(...); }}"'
        )

    def environment(self) -> dict[str, str]:
        """No variables: Maven ignores HOME when it locates its repository, so `run` passes it a linked copy instead."""
        return {}

    def place(self) -> Path:
        """A file in the test folder of the class's package."""
        return (
            Path("src/test/java", *self.package.split("."), f"{self.name}.java")
            if self.package
            else Path("src/test/java", f"{self.name}.java")
        )

    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """One class with all the tests."""
        lines = merged_lines([["import org.junit.jupiter.api.Test;"], *(p.imports for p in proposals)])
        lines = sorted({line if line.endswith(";") else f"{line};" for line in lines})
        body = "\n\n".join("\n".join(f"    {x}" if x else "" for x in p.code.strip("\n").split("\n")) for p in proposals)
        head = f"package {self.package};\n\n" if self.package else ""
        return f"{head}{chr(10).join(lines)}\n\nclass {self.name} {{\n{body}\n}}\n"

    def objection(self, proposal: Proposal) -> str:
        """Why the code is not one test method with an assertion; "" if it is."""
        if _TEST.findall(proposal.code) != [proposal.name]:
            return "is not one test method"
        return "" if _ASSERTS.search(proposal.code) else "asserts nothing"

    def run(self, box: Sandbox, path: Path, seconds: float) -> tuple[dict[str, TestRun], frozenset[object]]:
        """Run the test class."""
        reports = box.copy / ("target/surefire-reports" if self.maven else "build/test-results/test")
        shutil.rmtree(reports, ignore_errors=True)
        if self.maven:
            command = [
                self.program,
                "-B",
                "-q",
                "-Dstyle.color=never",
                "-Dsurefire.failIfNoSpecifiedTests=false",
                f"-Dmaven.repo.local={self._repository(box)}",
                f"-Dtest={self.name}",
                "test",
            ]
        else:
            command = [self.program, "--offline", "--no-daemon", "-q", "test", "--tests", f"*{self.name}"]
        box.command(command, seconds=seconds, output=True)
        runs: dict[str, TestRun] = {}
        for file in reports.glob("TEST-*.xml"):
            try:
                cases = ET.fromstring(read_bytes(file, follow=False)).iter("testcase")  # noqa: S314 - the build tool wrote it
            except UNREADABLE:
                continue
            for case in cases:
                if not str(case.get("classname", "")).endswith(self.name):
                    continue
                failure = next((c for c in case if c.tag in ("failure", "error")), None)
                report = "" if failure is None else f"{failure.get('type')}: {failure.get('message')}\n{failure.text or ''}"
                name = re.sub(r"[(\[{].*", "", str(case.get("name")))
                before = runs.get(name)
                runs[name] = TestRun(failure is None and (before is None or before.passed), report[:2_000])
        if not runs:
            text = box.printed()
            errors = "\n".join(line for line in text.splitlines() if "ERROR" in line) or text
            runs[""] = TestRun(False, errors[:2_000] or "it did not finish", own_fault=True)
        return runs, frozenset(("line", n) for n, (hit, _) in self._lines(box).items() if hit)

    def _repository(self, box: Sandbox) -> Path:
        """A copy of the user's local repository made of links, so that Maven writes only to the scratch folder."""
        linked = box.out / "m2"
        if linked.exists():
            return linked
        linked.mkdir()
        source = MAVEN / "repository"
        for path in source.rglob("*") if source.is_dir() else ():
            copy = linked / path.relative_to(source)
            if path.is_dir():
                copy.mkdir(parents=True, exist_ok=True)
            elif path.is_file():
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.symlink_to(path)
        return linked

    def _lines(self, box: Sandbox) -> dict[int, tuple[bool, tuple[int, int]]]:
        """Line -> (whether it ran, (covered branches, all branches)), from the project's JaCoCo report; empty without one."""
        reports = ("target/site/jacoco/jacoco.xml", "build/reports/jacoco/test/jacocoTestReport.xml")
        report = next((box.copy / p for p in reports if (box.copy / p).exists()), None)
        if report is None:
            return {}
        try:
            return self._report_lines(re.sub(r"<!DOCTYPE[^>]*>", "", read_text(report, follow=False)))
        except UNREADABLE:
            return {}

    def _report_lines(self, text: str) -> dict[int, tuple[bool, tuple[int, int]]]:
        lines = {}
        for package in ET.fromstring(text).iter("package"):  # noqa: S314 - the build tool wrote it
            for file in package.iter("sourcefile"):
                if file.get("name") == self.target.path.name and str(package.get("name")).replace("/", ".") == self.package:
                    for line in file.iter("line"):
                        covered, missed = int(line.get("cb", 0)), int(line.get("mb", 0))
                        lines[int(line.get("nr", 0))] = (int(line.get("ci", 0)) > 0, (covered, covered + missed))
        return lines

    def measure(self, box: Sandbox, text: str, seconds: float) -> Coverage:
        """Line and branch coverage, if there is a JaCoCo report."""
        self.run_text(box, text, seconds)
        lines = self._lines(box)
        if not lines:
            return Coverage()
        missing = frozenset(n for n, (hit, _) in lines.items() if not hit)
        branches = (sum(b[0] for _, b in lines.values()), sum(b[1] for _, b in lines.values()))
        return Coverage((len(lines) - len(missing), len(lines)), branches, missing)
