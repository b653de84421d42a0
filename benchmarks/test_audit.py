"""Does `codeassist test-audit` find tests that were made weak? Known ones are planted into projects that have good tests.

    python benchmarks/test_audit.py PROJECT... --out FOLDER [--count 12] [--seed 7] [--budget 240] [--tests PATH]
                                    [--codeassist PROGRAM]

Each PROJECT is a checkout with its environment in .venv. In a copy, `count` test functions are chosen at random and weakened, in turn:

- deleted: every assertion is deleted (`with raises` keeps its body);
- itself: each comparison has its left side on both sides, other assertions are deleted;
- not-none: each comparison becomes "is not None", other assertions are deleted;
- mock: the function under test is replaced by a mock that returns the expected value (only where a test compares a call of an
  imported function).

A weakened test must still pass, else another is taken. `found` counts the weakened tests that the audit names, by kind of weakness and
severity; `missed` the others; `reported` are untouched tests that it names: they are printed with their text, to be judged by hand.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

KINDS = ("deleted", "itself", "not-none", "mock")
COMPARING = {"assertEqual", "assertEquals", "assertIs", "assertListEqual", "assertDictEqual", "assertMultiLineEqual"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--budget", type=int, default=240)
    parser.add_argument("--tests", default="tests")
    parser.add_argument("--codeassist", default=str(Path(sys.executable).with_name("codeassist")))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for project in options.projects:
        measure(project.resolve(), options)


def measure(project: Path, options: argparse.Namespace) -> None:
    copy = options.out / project.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns(".venv", ".git", "__pycache__", "build", "*.egg-info"))
    python = project / ".venv" / "bin" / "python"
    planted = plant(copy, python, options)
    command = [
        options.codeassist,
        "test-audit",
        options.tests,
        "--json",
        "--budget",
        str(options.budget),
        "--python",
        str(python),
    ]
    done = subprocess.run([*command, "-C", str(copy)], cwd=copy, capture_output=True, text=True, check=False)
    if not done.stdout:
        print(f"{project.name}: {done.stderr[-500:]}")
        return
    report = json.loads(done.stdout)
    (options.out / f"{project.name}.json").write_text(json.dumps({"planted": planted, "report": report}, indent=1))
    named = {f"{w['path']}::{w['test']}": w for w in report["weaknesses"]}
    print(f"\n{project.name}: {report['tests']} tests, {len(planted)} weakened, {report['seconds']:.0f} s")
    for line in report["incomplete"]:
        print(f"  not complete: {line}")
    by_kind: dict[str, Counter[str]] = {}
    for test, kind in planted.items():
        said = named.get(test)
        by_kind.setdefault(kind, Counter())[f"{said['severity']} {said['kind']}" if said else "MISSED"] += 1
    for kind, counts in by_kind.items():
        print(f"  {kind:9} {dict(counts)}")
    print(f"  found {sum(test in named for test in planted)} of {len(planted)}; untouched tests reported:")
    for test, weakness in named.items():
        if test not in planted:
            print(f"    {weakness['severity']} {test}:{weakness['line']} {weakness['what']}")


def plant(copy: Path, python: Path, options: argparse.Namespace) -> dict[str, str]:
    """Weaken tests in place; returns identifier -> kind of weakening."""
    order = []
    for path in sorted((copy / options.tests).rglob("*.py")):
        if path.name.startswith("test") or path.stem.endswith("test"):
            order += [(path, name) for name in tests_of(ast.parse(path.read_text(encoding="utf-8")))]
    random.Random(options.seed).shuffle(order)
    planted: dict[str, str] = {}
    turn = 0
    for path, name in order:
        if len(planted) >= options.count:
            break
        text = path.read_text(encoding="utf-8")
        identifier = f"{path.relative_to(copy).as_posix()}::{name}"
        for kind in KINDS[turn % len(KINDS) :] + KINDS[: turn % len(KINDS)]:
            weaker = weakened(text, name, kind)
            if weaker is None:
                continue
            before = passes(python, copy, identifier)
            path.write_text(weaker, encoding="utf-8")
            if before and passes(python, copy, identifier):
                planted[identifier] = kind
                turn += 1
                break
            path.write_text(text, encoding="utf-8")
    return planted


def passes(python: Path, copy: Path, identifier: str) -> bool:
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", identifier],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0 and " passed" in done.stdout


def tests_of(tree: ast.Module) -> list[str]:
    """The names of test functions that assert something, with their classes."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found += [f"{node.name}::{n.name}" for n in node.body if is_test(n)]
        elif is_test(node):
            found.append(node.name)
    return found


def is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test") and any(map(is_assertion, ast.walk(node)))


def is_assertion(node: ast.AST) -> bool:
    if isinstance(node, ast.With):
        return any(
            isinstance(i.context_expr, ast.Call)
            and last(i.context_expr.func) in ("raises", "assertRaises", "assertRaisesRegex")
            for i in node.items
        )
    call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return isinstance(node, ast.Assert) or (call and last(node.value.func).startswith("assert"))


def last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class Weakener(ast.NodeTransformer):
    """Applies one kind of weakening to every assertion of a function; `changed` and `other` count those it could and could not."""

    def __init__(self, kind: str) -> None:
        self.kind, self.changed, self.other = kind, 0, 0

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        sides = (
            node.test
            if isinstance(node.test, ast.Compare) and len(node.test.ops) == 1 and isinstance(node.test.ops[0], ast.Eq)
            else None
        )
        return self.replaced(node, (sides.left, sides.comparators[0]) if sides else None, None)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if not is_assertion(node):
            return node
        call = node.value
        sides = (call.args[0], call.args[1]) if last(call.func) in COMPARING and len(call.args) > 1 else None
        return self.replaced(node, sides, call)

    def visit_With(self, node: ast.With) -> ast.AST:
        self.generic_visit(node)
        if not is_assertion(node):
            return node
        if self.kind == "mock":
            self.other += 1
            return node
        self.changed += self.kind == "deleted"
        handler = ast.ExceptHandler(type=ast.Name(id="Exception"), name=None, body=[ast.Pass()])
        return ast.Try(body=node.body, handlers=[handler], orelse=[], finalbody=[])

    def replaced(self, node: ast.stmt, sides: tuple[ast.expr, ast.expr] | None, call: ast.Call | None) -> ast.AST:
        if self.kind == "deleted":
            self.changed += 1
            return ast.Pass()
        if sides is None:  # what is not a comparison is deleted in a test in which another assertion is weakened
            self.other += self.kind == "mock"
            return node if self.kind == "mock" else ast.Pass()
        left, right = sides
        if self.kind == "not-none":
            self.changed += 1
            return ast.Assert(test=ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]))
        if self.kind == "itself":
            self.changed += 1
            value = left if any(isinstance(n, ast.Name) for n in ast.walk(left)) else right
            name = ast.Name(id="value_under_test")
            return [  # type: ignore[return-value]
                ast.Assign(targets=[name], value=value),
                ast.Assert(test=ast.Compare(left=name, ops=[ast.Eq()], comparators=[name])),
            ]
        if isinstance(left, ast.Call) and isinstance(left.func, ast.Name):
            self.changed += 1
            mock = f"{left.func.id} = __import__('unittest.mock').mock.Mock(return_value={ast.unparse(right)})"
            same = ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]))
            return [ast.parse(mock).body[0], same]  # type: ignore[return-value]
        self.other += 1
        return node


def weakened(text: str, name: str, kind: str) -> str | None:
    """The text of a file with one test weakened; None where the kind does not apply to all its assertions."""
    tree = ast.parse(text)
    owner, _, short = name.rpartition("::")
    body = next((n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == owner), tree.body)
    function = next(n for n in body if isinstance(n, ast.FunctionDef) and n.name == short)
    first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
    lines = text.splitlines(keepends=True)
    weakener = Weakener(kind)
    function.body = [part for statement in function.body for part in as_list(weakener.visit(statement))]
    if not weakener.changed or weakener.other:
        return None
    new = ast.unparse(ast.fix_missing_locations(function))
    indented = "".join(" " * function.col_offset + line + "\n" for line in new.splitlines())
    if kind == "mock" and indented.count(".Mock(") > 1:
        return None
    return "".join(lines[: first - 1]) + indented + "".join(lines[function.end_lineno :])


def as_list(value: object) -> list:
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    main()
