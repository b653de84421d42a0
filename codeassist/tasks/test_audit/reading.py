"""Read a test file: its tests, what each asserts, and weaknesses that can be seen without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from codeassist.tasks.test_audit.comparing import comparisons, same_value
from codeassist.tasks.test_audit.nodes import called_names, last_name
from codeassist.tasks.test_audit.result import ASSERTS_NOTHING, Weakness

_TESTS = ast.FunctionDef | ast.AsyncFunctionDef
_CHECKING = ("raises", "warns", "deprecated_call", "fail", "check", "verify", "expect", "approx_equal")


@dataclass(slots=True)
class TestFunction:
    """A test: its name with its class, its line, the functions it calls, and the targets that it replaces."""

    __test__ = False
    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    run: bool = True
    why: str = ""
    replaced: set[str] = field(default_factory=set)

    @property
    def called(self) -> set[str]:
        """The last names of the functions that the test calls."""
        return {last_name(n.func) for n in ast.walk(self.node) if isinstance(n, ast.Call)} - {""}


def find_tests(tree: ast.Module) -> list[TestFunction]:
    """The tests of a file, also those that pytest never runs."""
    return list(_tests(tree.body, "", unittest=False, collected=True))


def _tests(body: list[ast.stmt], prefix: str, *, unittest: bool, collected: bool) -> Iterator[TestFunction]:
    last = {node.name: node for node in body if isinstance(node, _TESTS)}
    for node in body:
        if isinstance(node, ast.ClassDef):
            is_case = any("TestCase" in ast.unparse(b) for b in node.bases)
            has_init = any(isinstance(n, _TESTS) and n.name == "__init__" for n in node.body)
            named = node.name.startswith("Test")
            holds = is_case or (named and not has_init)
            if holds or any(isinstance(n, _TESTS) and n.name.startswith("test_") for n in node.body):
                yield from _tests(node.body, f"{prefix}{node.name}::", unittest=is_case, collected=holds or bool(node.bases))
        elif isinstance(node, _TESTS) and node.name.startswith("test"):
            test = TestFunction(f"{prefix}{node.name}", node)
            decorators = [ast.unparse(d) for d in node.decorator_list]
            if any("fixture" in d for d in decorators):
                continue
            if last[node.name] is not node:
                test.run, test.why = False, f"another {node.name} below replaces it"
            elif not collected:
                test.run, test.why = False, "pytest does not collect its class"
            elif any(
                d.endswith(("mark.skip", "unittest.skip")) or "mark.skip(" in d or "unittest.skip(" in d for d in decorators
            ):
                test.run, test.why = False, "it is always skipped"
            test.replaced = set(_replaced(node))
            yield test


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that a test may call: the last names of what it calls, and whether it asserts something itself."""

    name: str
    called: frozenset[str]
    asserts: bool


def helpers_in(tree: ast.AST) -> list[Helper]:
    """The functions of a file, its tests as well."""
    functions = [n for n in ast.walk(tree) if isinstance(n, _TESTS)]
    return [Helper(f.name, frozenset(called_names(f)), next(_checks(f), None) is not None) for f in functions]


def asserting(helpers: Sequence[Helper]) -> set[str]:
    """The names of functions in files of tests that assert something, also by calling each other."""
    found = {f.name for f in helpers if f.asserts}
    while more := {f.name for f in helpers if f.name not in found and f.called & found}:
        found |= more
    return found


def weaknesses(
    path: str, test: TestFunction, subjects: set[str], helpers: AbstractSet[str] = frozenset()
) -> Iterator[Weakness]:
    """What reading a test shows.

    `subjects` are the functions and classes of the modules that its file tests, `helpers` functions that assert something.
    """

    def weakness(kind: str, what: str, node: ast.AST = test.node) -> Weakness:
        return Weakness(path, getattr(node, "lineno", 1), test.name, kind, what)

    if not test.run:
        yield weakness("never-run", f"It is never run: {test.why}.")
        return
    checks = [c for c in _checks(test.node) if not (isinstance(c, ast.Call) and last_name(c.func) in subjects)]
    if not checks and not (test.called - {test.node.name}) & helpers:
        bare = next((n for n in ast.walk(test.node) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Compare)), None)
        missing = f"{ASSERTS_NOTHING[:-1]}: 'assert' is missing before the comparison on line {bare.lineno}." if bare else ""
        yield weakness("asserts-nothing", missing or ASSERTS_NOTHING)
    for node, left, right in comparisons(test.node):
        if said := same_value(test.node, node, left, right, subjects):
            yield weakness("compares-with-itself", said, node)
    for name in sorted(test.replaced & subjects & test.called):
        yield weakness("replaces-its-subject", f"It replaces {name} and then calls the replacement.")


def _checks(node: ast.AST) -> Iterator[ast.AST]:
    """Assertions, expected exceptions, and calls that may check something: of mocks, unittest, other test helpers."""
    yield from _raised_otherwise(node)
    for part in ast.walk(node):
        if isinstance(part, ast.Assert) and not (isinstance(part.test, ast.Constant) and part.test.value):
            yield part
        elif isinstance(part, ast.Raise):
            yield from [part] if part.exc is not None and "AssertionError" in ast.unparse(part.exc) else []
        elif isinstance(part, ast.Call):
            name = last_name(part.func)
            if name.startswith(("assert", "_assert", "check", "verify", "expect")) or name in _CHECKING:
                yield part
            elif name in ("simplefilter", "filterwarnings") and any(_is_error(a) for a in part.args[:1]):
                yield part  # a warning would end the test


def _is_error(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.partition(":")[0] == "error"


def _raised_otherwise(node: ast.AST) -> Iterator[ast.Raise]:
    """Exceptions that a test raises itself in a branch, such as the `else` of what it expects; not in a function of its own."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(part, ast.If | ast.Try | ast.For | ast.While):
            branches = [*part.orelse, *(part.body if isinstance(part, ast.If) else [])]
            yield from (s for s in branches if isinstance(s, ast.Raise) and s.exc is not None)
        yield from _raised_otherwise(part)


def _replaced(node: ast.AST) -> Iterator[str]:
    """The names that a test replaces: `patch("a.b.name")`, `patch.object(a, "name")`, `monkeypatch.setattr(a, "name", ...)`."""
    for part in ast.walk(node):
        if not isinstance(part, ast.Call):
            continue
        function = ast.unparse(part.func)
        texts = [a.value for a in part.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if texts and (function.endswith(("patch", "patch.object", "setattr"))):
            yield texts[0].rpartition(".")[2]
