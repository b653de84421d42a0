"""The runner for Java: test classes, objections, and what it reads from reports; Maven and Gradle are scripts."""

from __future__ import annotations

import pytest

from codeassist.errors import UsageError
from codeassist.sandbox.results import Coverage, Proposal
from codeassist.sandbox.results import TestRun as Ran
from codeassist.sandbox.runners import java
from codeassist.sandbox.runners.java import JUnit
from codeassist.sandbox.target import find_target
from tests.conftest import write

SOURCE = "src/main/java/ex/Numbers.java"
FILES = {"pom.xml": "<project/>", SOURCE: "package ex;\n\npublic class Numbers {}\n"}
CODE = "@Test\nvoid low() {\n    assertEquals(0, Numbers.clamp(-1));\n}"
SUREFIRE = """<testsuite>
<testcase classname="ex.NumbersGeneratedTest" name="low"/>
<testcase classname="ex.NumbersGeneratedTest" name="rows(int)[1]"/>
<testcase classname="ex.NumbersGeneratedTest" name="rows(int)[2]"><failure type="AssertionError" message="no">at Numbers</failure></testcase>
<testcase classname="ex.OtherTest" name="other"/>
</testsuite>"""
JACOCO = """<!DOCTYPE report PUBLIC "-//JACOCO//DTD" "report.dtd"><report><package name="ex">
<sourcefile name="Other.java"><line nr="9" ci="1"/></sourcefile>
<sourcefile name="Numbers.java"><line nr="3" ci="2" cb="1" mb="1"/><line nr="4" ci="0" mb="2"/></sourcefile>
</package><package name="ex/inner"><sourcefile name="Numbers.java"><line nr="7" ci="1"/></sourcefile></package></report>"""


def writes(path: str, text: str) -> str:
    return f"mkdir -p \"$(dirname {path})\"; cat > {path} <<'EOF'\n{text}\nEOF\n"


@pytest.fixture
def runner(tmp_path, program, monkeypatch):
    monkeypatch.setattr(java, "MAVEN", tmp_path / "m2")
    program("mvn", "echo '[ERROR] incompatible types'; echo other; exit 1")
    root = write(tmp_path / "project", FILES)
    return JUnit(find_target(str(root / SOURCE), root))


def test_a_class_has_every_test_and_each_import_once(runner):
    proposals = [
        Proposal("low", CODE, ("import static org.junit.jupiter.api.Assertions.assertEquals",)),
        Proposal("high", CODE.replace("low", "high"), ("import static org.junit.jupiter.api.Assertions.assertEquals;",)),
    ]
    text = runner.assemble(proposals)
    assert text.startswith(
        "package ex;\n\nimport org.junit.jupiter.api.Test;\n"
        "import static org.junit.jupiter.api.Assertions.assertEquals;\n\nclass NumbersGeneratedTest {\n    @Test\n    void low() {"
    )
    assert text.endswith("    }\n}\n")
    assert runner.place().as_posix() == "src/test/java/ex/NumbersGeneratedTest.java"
    assert "NumbersGeneratedTest in package ex" in runner.form


@pytest.mark.parametrize(
    ("code", "objection"),
    [
        (CODE, ""),
        ("@Test void low() { assertThat(1).isOne(); }", ""),
        ("@Test\nvoid low() { Numbers.clamp(1); }", "asserts nothing"),
        ("void low() { assertEquals(1, 1); }", "is not one test method"),
        (CODE + CODE.replace("low", "high"), "is not one test method"),
    ],
)
def test_objections(runner, code, objection):
    assert runner.objection(Proposal("low", code)) == objection


def test_outcomes_and_coverage_are_read_from_reports(runner, program, sandbox):
    program(
        "mvn",
        writes("target/surefire-reports/TEST-ex.xml", SUREFIRE)
        + writes("target/surefire-reports/TEST-cut.xml", "<testsuite>")
        + writes("target/site/jacoco/jacoco.xml", JACOCO),
    )
    box = sandbox(FILES, SOURCE)
    runs, reached = runner.run_text(box, "x", 20)
    assert runs == {"low": Ran(True), "rows": Ran(False, "AssertionError: no\nat Numbers")}
    assert reached == {("line", 3)}
    assert runner.measure(box, "x", 20) == Coverage((1, 2), (1, 4), frozenset({4}))


def test_a_class_that_does_not_compile_is_its_own_fault(runner, sandbox):
    box = sandbox(FILES, SOURCE)
    assert runner.run_text(box, "x", 20) == ({"": Ran(False, "[ERROR] incompatible types", own_fault=True)}, frozenset())
    assert runner.measure(box, "x", 20) == Coverage()


def test_maven_writes_to_a_linked_copy_of_the_repository(tmp_path, runner, program, sandbox):
    write(tmp_path / "m2", {"repository/org/lib.jar": "jar"})
    program(
        "mvn",
        'for a in "$@"; do case "$a" in -Dmaven.repo.local=*) cd "${a#*=}" && cat org/lib.jar && touch new.jar;; esac; done',
    )
    box = sandbox(FILES, SOURCE)
    runs, _ = runner.run_text(box, "x", 20)
    assert runs[""].output == "jar"
    assert [p.name for p in (tmp_path / "m2/repository").iterdir()] == ["org"]


def test_gradle_and_its_wrapper(tmp_path, program, sandbox, monkeypatch):
    files = {"build.gradle": "", "src/main/java/A.java": "class A {}\n"}
    root = write(tmp_path / "g", files)
    target = find_target(str(root / "src/main/java/A.java"), root)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(java.shutil, "which", lambda name: None)
    with pytest.raises(UsageError, match="Gradle is not installed; it is required to run the project's tests"):
        JUnit(target)
    write(root, {"gradlew": ""})
    runner = JUnit(target)
    assert (runner.program, runner.framework, runner.package) == ("./gradlew", "JUnit with Gradle", "")
    assert runner.place().as_posix() == "src/test/java/AGeneratedTest.java"
    assert runner.assemble([Proposal("low", CODE)]).startswith("import org.junit.jupiter.api.Test;\n\nclass AGeneratedTest {")
    script = "#!/bin/sh\n" + writes(
        "build/test-results/test/TEST-A.xml", SUREFIRE.replace("ex.Numbers", "A").replace("GeneratedGenerated", "Generated")
    )
    box = sandbox(files | {"gradlew": script}, "src/main/java/A.java")
    (box.copy / "gradlew").chmod(0o755)
    runs, _ = runner.run_text(box, "x", 20)
    assert runs["low"].passed
    assert not runs["rows"].passed
