"""Other languages: small real projects with their real test runners, and scripted answers: good, wrong and broken."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.errors import UsageError
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.sandbox.runners import java
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests import Engine, ModelEngine, ModuleOptions, generate_in_other_language
from codeassist.tasks.gen_tests.model_engine.other_languages import free_place
from codeassist.testing import ScriptedChat
from tests.conftest import write

TOOLCHAINS = Path(__file__).parents[4] / "toolchains" / "node_modules"
NO_REPAIR = json.dumps({"imports": [], "code": ""})
EXPECTATION = json.dumps({"witness": "", "reason": "the test is wrong", "verdict": "expectation"})


def needs(program: str):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


needs_modules = pytest.mark.skipif(not TOOLCHAINS.is_dir(), reason="npm install --prefix tests/toolchains was not run")


def later(request):
    """No test is repaired, no failure is a fault of the code, and there are no more tests."""
    question = request.messages[0].content
    if "the test itself is wrong" in question:
        return NO_REPAIR
    return EXPECTATION if question.startswith("A unit test fails") else answer_with()


def ask(root, file, proposals="", budget=90, repeats=2):
    chat = ScriptedChat([proposals, *[later] * 30])
    engine = ModelEngine(Session(chat, ModelConfig()), Library.of(None, Config()), needed=True)
    target = find_target(str(root / file), root)
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and "node_modules" not in p.parts}
    report = generate_in_other_language(
        target, None, ModuleOptions(budget, engine=Engine.MODEL, model=engine, repeats=repeats), engine
    )
    assert before == {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and "node_modules" not in p.parts}
    return report, chat


def answer_with(*tests, imports=()):
    return json.dumps({"imports": list(imports), "tests": [{"name": n, "behaviour": "", "code": c} for n, c in tests]})


CLAMP_JS = "export function clamp(x, low, high) {\n  if (x < low) {\n    return low;\n  }\n  return x > high ? high : x;\n}\n"


def javascript_answers(imports, victim):
    def test(name, body):
        return name, f"test('{name}', () => {{\n  {body}\n}});"

    def checks(kind):
        if kind == "expect":
            return "expect(clamp({})).toBe({});"
        return "assert.equal(clamp({}), {});"

    check = checks("assert" if "node:test" in imports[0] else "expect")
    return answer_with(
        test("keeps to the low end", check.format("-1, 0, 5", "0")),
        test("is broken", "const = ;" + check.format("1, 0, 5", "1")),
        test("expects the wrong thing", check.format("9, 0, 5", "9")),
        ("does nothing", "test('does nothing', () => { clamp(1, 2, 3); });"),
        test("keeps what is inside", check.format("3, 0, 5", "3")),
        test("keeps to the low end again", check.format("-2, 0, 5", "0")),
        test("writes where it must not", f"require('fs').writeFileSync('{victim}', 'x'); " + check.format("7, 0, 5", "5")),
        imports=imports,
    )


@needs("node")
def test_javascript_with_the_node_test_runner(tmp_path):
    root = write(tmp_path / "p", {"package.json": '{"type": "module"}', "src/clamp.js": CLAMP_JS})
    answers = javascript_answers(
        [
            "import test from 'node:test';",
            "import assert from 'node:assert/strict';",
            "import { clamp } from '../src/clamp.js';",
        ],
        tmp_path / "victim.txt",
    )
    report, chat = ask(root, "src/clamp.js", answers)
    assert report.tests == ["keeps to the low end", "keeps what is inside"]
    assert report.dropped == {"asserts nothing": 1, "adds nothing": 1, "fails": 3}
    assert report.path == root / "test" / "clamp.generated.test.js"
    assert report.after.lines == (3, 4)
    assert report.text.count("import { clamp }") == 1
    assert any("SyntaxError" in r.messages[-1].content for r in chat.requests)
    assert "from '../src/clamp.js'" in chat.requests[0].messages[0].content


@needs("node")
@needs_modules
@pytest.mark.parametrize("framework", ["vitest", "jest"])
def test_typescript_with_vitest_and_jest(tmp_path, framework):
    source = "export function clamp(x: number, low: number, high: number): number {\n  if (x < low) {\n    return low;\n  }\n  return x > high ? high : x;\n}\n"
    package = {"devDependencies": {framework: "*"}}
    if framework == "jest":
        package["jest"] = {"transform": {"\\.ts$": ["ts-jest", {"diagnostics": {"ignoreCodes": [151001, 151002]}}]}}
    files = {
        "package.json": json.dumps(package),
        "src/clamp.ts": source,
        "tsconfig.json": '{"compilerOptions": {"esModuleInterop": true, "types": ["jest"], "strict": true}}',
    }
    root = write(tmp_path / "p", files)
    (root / "node_modules").symlink_to(TOOLCHAINS, target_is_directory=True)
    imports = (["import { expect, test } from 'vitest';"] if framework == "vitest" else []) + [
        "import { clamp } from './clamp';"
    ]
    report, chat = ask(root, "src/clamp.ts", javascript_answers(imports, tmp_path / "victim.txt"), 150)
    assert not (tmp_path / "victim.txt").exists()
    assert report.tests == ["keeps to the low end", "keeps what is inside"], report.dropped
    assert report.path == root / "src" / "clamp.generated.test.ts"
    covered, total = report.after.branches
    assert 0 < covered < total
    assert framework in chat.requests[0].messages[0].content


@needs("go")
def test_go(tmp_path):
    source = "package shapes\n\n// Clamp keeps x between low and high.\nfunc Clamp(x, low, high int) int {\n\tif x < low {\n\t\treturn low\n\t}\n\tif x > high {\n\t\treturn high\n\t}\n\treturn x\n}\n"
    root = write(tmp_path / "p", {"go.mod": "module example.com/shapes\n\ngo 1.19\n", "clamp.go": source})

    def test(name, body):
        return name, f"func {name}(t *testing.T) {{\n\t{body}\n}}"

    check = 'if got := Clamp({}); got != {} {{ t.Errorf("got %d", got) }}'
    victim = tmp_path / "victim.txt"
    report, chat = ask(
        root,
        "clamp.go",
        answer_with(
            test("TestLow", check.format("-1, 0, 5", 0)),
            test("TestBroken", 'x := "unused"; ' + check.format("1, 0, 5", 1)),
            test("TestWrong", check.format("9, 0, 5", 9)),
            test("TestNothing", "Clamp(1, 2, 3)"),
            test("TestInside", check.format("3, 0, 5", 3)),
            test("TestHarm", f'if err := os.WriteFile("{victim}", nil, 0o600); err != nil {{ t.Fatal(err) }}'),
            test("TestNetwork", 'if _, err := net.Dial("tcp", "192.0.2.1:80"); err != nil { t.Fatal(err) }'),
            imports=["testing", "os", "net"],
        ),
    )
    assert report.tests == ["TestLow", "TestInside"]
    assert not victim.exists()
    assert report.path == root / "clamp_generated_test.go"
    assert 'import (\n\t"testing"\n)' in report.text
    assert report.after.lines[0] < report.after.lines[1]
    assert any("unused" in r.messages[-1].content and "declared" in r.messages[-1].content for r in chat.requests)


@needs("cargo")
def test_rust(tmp_path, monkeypatch):
    monkeypatch.setenv("RUSTUP_HOME", os.environ.get("RUSTUP_HOME") or os.path.expanduser(f"~{getpass.getuser()}/.rustup"))
    source = "/// Keeps x between low and high.\npub fn clamp(x: i32, low: i32, high: i32) -> i32 {\n    if x < low {\n        return low;\n    }\n    if x > high {\n        return high;\n    }\n    x\n}\n"
    files = {
        "Cargo.toml": '[package]\nname = "my-shapes"\nversion = "0.1.0"\nedition = "2021"\n',
        "src/lib.rs": "pub mod clamp;\n",
        "src/clamp.rs": source,
    }
    root = write(tmp_path / "p", files)

    def test(name, body):
        return name, f"#[test]\nfn {name}() {{\n    {body}\n}}"

    report, chat = ask(
        root,
        "src/clamp.rs",
        answer_with(
            test("low_end", "assert_eq!(clamp(-1, 0, 5), 0);"),
            test("broken", 'assert_eq!(clamp("a", 0, 5), 0);'),
            test("wrong", "assert_eq!(clamp(9, 0, 5), 9);"),
            test("inside", "assert_eq!(clamp(3, 0, 5), 3);"),
            test("nothing", "clamp(1, 2, 3);"),
            imports=["use my_shapes::clamp::clamp;"],
        ),
    )
    assert report.tests == ["low_end", "inside"], report.dropped
    assert report.path == root / "tests" / "clamp_generated.rs"
    assert any("mismatched types" in r.messages[-1].content for r in chat.requests)
    assert not (root / "Cargo.lock").exists()
    if report.after.lines is not None:  # the LLVM tools for the compiler's version are installed
        assert 0 < report.after.lines[0] < report.after.lines[1]


SUREFIRE = Path("/usr/share/maven-repo/org/apache/maven/plugins/maven-surefire-plugin/2.22.3")
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>ex</groupId><artifactId>ex</artifactId><version>1</version>
<properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
</properties><dependencies><dependency><groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId>
<version>5.9.2</version><scope>test</scope></dependency></dependencies><build><plugins>
<plugin><artifactId>maven-resources-plugin</artifactId><version>2.6</version></plugin>
<plugin><artifactId>maven-compiler-plugin</artifactId><version>3.1</version></plugin>
<plugin><artifactId>maven-surefire-plugin</artifactId><version>2.22.3</version></plugin></plugins></build></project>
"""
PROBE = "package ex;\nclass ProbeTest {\n  @org.junit.jupiter.api.Test void probe() { }\n}\n"
SETTINGS = """<settings><profiles><profile><id>debian</id><repositories><repository><id>central</id><url>file:///usr/share/maven-repo</url>
</repository></repositories><pluginRepositories><pluginRepository><id>central</id><url>file:///usr/share/maven-repo</url>
</pluginRepository></pluginRepositories></profile></profiles><activeProfiles><activeProfile>debian</activeProfile></activeProfiles></settings>
"""


def maven_can_test(root: Path, repository: Path) -> str:
    """Run one passing test with Maven alone; returns what Maven printed if that fails, else ""."""
    place = write(root, {"src/test/java/ex/ProbeTest.java": PROBE}) / "src/test"
    command = ["mvn", "-B", "-q", f"-Dmaven.repo.local={repository}", "test"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)
    shutil.rmtree(place)
    shutil.rmtree(root / "target", ignore_errors=True)
    return "" if run.returncode == 0 else run.stdout[:600] or run.stderr[:600] or "no output"


@needs("mvn")
@pytest.mark.skipif(not SUREFIRE.is_dir(), reason="JUnit and surefire are not installed as Debian packages")
def test_java_with_maven(tmp_path, monkeypatch):
    monkeypatch.setattr(java, "MAVEN", tmp_path / "empty")  # the state of the user's own repository plays no part
    source = "package ex;\n\n/** Numbers. */\npublic class Numbers {\n  /** Keeps x between low and high. */\n  public static int clamp(int x, int low, int high) {\n    if (x < low) {\n      return low;\n    }\n    return x > high ? high : x;\n  }\n}\n"
    files = {
        "pom.xml": POM,
        ".mvn/maven.config": "-s\nsettings.xml\n",
        "settings.xml": SETTINGS,
        "src/main/java/ex/Numbers.java": source,
    }
    root = write(tmp_path / "p", files)
    if problem := maven_can_test(root, tmp_path / "probe"):
        pytest.skip(f"Maven cannot run a test with the Debian packages: {problem}")

    def test(name, body):
        return name, f"@Test\nvoid {name}() {{\n    {body}\n}}"

    report, chat = ask(
        root,
        "src/main/java/ex/Numbers.java",
        answer_with(
            test("lowEnd", "assertEquals(0, Numbers.clamp(-1, 0, 5));"),
            test("broken", 'assertEquals(0, Numbers.clamp("a", 0, 5));'),
            test("nothing", "Numbers.clamp(1, 2, 3);"),
            imports=["import static org.junit.jupiter.api.Assertions.assertEquals;"],
        ),
        400,
        repeats=1,
    )
    assert report.tests == ["lowEnd"], (report.dropped, [r.messages[-1].content[-600:] for r in chat.requests])
    assert report.path == root / "src/test/java/ex/NumbersGeneratedTest.java"
    assert "class NumbersGeneratedTest {" in report.text
    assert any("incompatible types" in r.messages[-1].content for r in chat.requests)
    assert not (root / "target").exists()


def test_missing_projects_and_runners_are_reported(tmp_path, monkeypatch):
    root = write(
        tmp_path,
        {
            "lone.go": "package x\n",
            "p/package.json": '{"devDependencies": {"vitest": "*"}}',
            "p/a.ts": "",
            "q/package.json": "{}",
            "q/a.ts": "",
            "q/a.js": "",
        },
    )
    with pytest.raises(UsageError, match=r"is not part of a project: no parent folder contains go.mod"):
        find_target(str(root / "lone.go"), root)
    with pytest.raises(UsageError, match=r"vitest is not installed in .*; run: npm install"):
        ask(root / "p", "a.ts")
    with pytest.raises(UsageError, match="needs a runner that supports it: npm install --save-dev vitest"):
        ask(root / "q", "a.ts")
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(UsageError, match="Node.js is not installed"):
        ask(root / "q", "a.js")


def test_an_existing_file_name_gets_a_number(tmp_path):
    write(tmp_path, {"src/a.generated.test.ts": "", "a_generated_test.go": "", "a_generated2_test.go": ""})
    assert free_place(tmp_path, Path("src/a.generated.test.ts")) == Path("src/a.generated2.test.ts")
    assert free_place(tmp_path, Path("a_generated_test.go")) == Path("a_generated3_test.go")
    assert free_place(tmp_path, Path("b_generated.rs")) == Path("b_generated.rs")


def test_other_languages_need_a_model(tmp_path, run):
    write(tmp_path, {"go.mod": "module x\n", "a.go": "package x\n"})
    result = run("gen-tests", "a.go", cwd=tmp_path)
    assert result.code == 2
    assert "Tests for a.go are written by a model; name one with --model" in result.err
