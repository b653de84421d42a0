"""The tests in a syntax tree, and what each lacks. A test whose helpers may assert something is not called weak."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from codeassist.tasks.test_audit.languages.reading import ReadTest
from codeassist.tasks.test_audit.result import ASSERTS_NOTHING
from indexers.syntax.grammars import parse
from indexers.syntax.languages import detect

_CALLS = {"call_expression", "method_invocation", "macro_invocation", "new_expression"}
_CHECKS = re.compile(
    r"(?i)(?:^|[._:])_?(?:expect|assert|verif|should|check|fail|must|require|ensure|throw|panic|unreachable|"
    r"wait_?for_?(?!timeout|load_?state)[a-z])"  # what is not seen in time ends the test
)
_JS_TEST = re.compile(r"^(x?it|x?test|specify|xspecify)(?:\.(\w+))*(?:\(|$)")
_JS_GROUP = re.compile(r"^x?(?:describe|context|suite)\b")
_GO_FAILS = re.compile(r"\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)$")
_RUST_FAILS = re.compile(r"\.(?:unwrap\w*|expect\w*)$|^(?:\w+::)*\w*(?:assert|panic|unreachable|todo)\w*$")
_SAME = {
    "ecmascript": re.compile(r"^expect\(\s*([\w.]+)\s*\)\s*\.(?:toBe|toEqual|toStrictEqual)\(\s*\1\s*\)$"),
    "java": re.compile(r"^(?:\w+\.)?assert(?:Equals|Same)\(\s*([\w.]+)\s*,\s*\1\s*\)$"),
    "rust": re.compile(r"^(?:\w+::)*assert_eq!\s*\(\s*([\w.]+)\s*,\s*\1\s*\)$"),
    "go": re.compile(r"^(?:assert|require)\.(?:Equal|Same)\(\s*\w+\s*,\s*([\w.]+)\s*,\s*\1\s*\)$"),
}


def tests_in(path: str, text: bytes) -> list[ReadTest]:
    """The tests of a file, with their weaknesses; none for another language."""
    language = detect(path)
    tree = parse(language, text)
    if tree is None or tree.root_node.has_error:
        return []
    reader = {"go": _go, "java": _java, "rust": _rust}.get(language.name, _ecmascript)
    family = language.name if language.name in ("go", "java", "rust") else "ecmascript"
    helpers = _asserting(tree.root_node, family)
    typed = ".test-d." in path  # checked by the type checker, not run
    return [_judged(test, family, helpers, typed=typed) for test in reader(tree.root_node)]


class _Test:
    """A test as a language's reader finds it; `never` says why it is not run, `checks` that it checks without a call."""

    def __init__(self, name: str, node: Node, body: Node | None, never: str = "", *, checks: bool = False) -> None:
        self.name, self.node, self.body, self.never, self.checks = name, node, body, never, checks


def _judged(test: _Test, family: str, helpers: set[str], *, typed: bool) -> ReadTest:
    line, end = test.node.start_point[0] + 1, test.node.end_point[0] + 1
    found: list[tuple[str, int, str]] = []
    if test.never:
        found.append(("never-run", line, f"It is never run: {test.never}."))
    elif test.body is not None:
        if not typed and not test.checks and not _checks(test.body, family, helpers):
            found.append(("asserts-nothing", line, ASSERTS_NOTHING))
        found += [
            ("compares-with-itself", call.start_point[0] + 1, f"It compares {same[1]} with itself.")
            for call in _walk(test.body)
            if call.type in _CALLS and (same := _SAME[family].match(_text(call)))
        ]
    return ReadTest(test.name, line, end, found)


def _checks(body: Node, family: str, helpers: set[str]) -> bool:
    """Whether something in a body can fail a test, or hands the test on to what may."""
    for node in _walk(body):
        if node.type in ("throw_statement", "assert_statement", "try_expression"):
            return True
        if node.type not in _CALLS:
            continue
        called = _called(node)
        last = re.split(r"[.:]", called)[-1]
        if _CHECKS.search(called) or last in helpers:
            return True
        if family == "go" and (_GO_FAILS.search(called) or _hands_on(node)):
            return True
        if family == "rust" and _RUST_FAILS.search(called):
            return True
    return family == "ecmascript" and bool(re.search(r"\.should\b|\bdone\s*\(\s*\w|@ts-expect-error", _text(body)))


def _hands_on(call: Node) -> bool:
    """Whether a call in Go gives its test to another function, which may fail it; a subtest's body is read instead."""
    arguments = call.child_by_field_name("arguments")
    given = [_text(child) for child in arguments.named_children] if arguments is not None else []
    if _called(call).endswith(".Run") and any(child.startswith("func(") for child in given):
        return False
    return _called(call).endswith(".Run") or any(text in ("t", "tb", "c", "suite", "s") for text in given)


def _asserting(root: Node, family: str) -> set[str]:
    """The names of functions of a file that can fail a test, also by calling each other, and of imported test helpers."""
    bodies: dict[str, Node] = {}
    for node in _walk(root):
        if node.type in ("function_declaration", "method_declaration", "function_item", "method_definition"):
            name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        elif node.type == "variable_declarator":
            name, body = node.child_by_field_name("name"), node.child_by_field_name("value")
        else:
            continue
        if name is not None and body is not None:
            bodies[_text(name)] = body
    found = _from_helpers(root)
    while more := {name for name, body in bodies.items() if name not in found and _checks(body, family, found)}:
        found |= more
    return {name for name in found if not re.match(r"(?i)test", name) or family != "java"}


def _from_helpers(root: Node) -> set[str]:
    """The names that a JavaScript file imports from files of its own project, which may assert something."""
    found: set[str] = set()
    for node in _walk(root):
        if node.type == "import_statement" and re.search(
            r"""from\s*["'][^"']*(?:test|spec|util|helper|fixture|mock)""", _text(node)
        ):
            found |= set(re.findall(r"[\w$]+", _text(node).partition("from")[0])) - {"import", "type", "as"}
    return found


def _ecmascript(root: Node) -> Iterator[_Test]:
    for node in _walk(root):
        if node.type != "call_expression":
            continue
        called, arguments = _called(node), node.child_by_field_name("arguments")
        match = _JS_TEST.match(called)
        if match is None or arguments is None or not arguments.named_children:
            continue
        title, *rest = arguments.named_children
        body = next((child for child in rest if child.type in ("arrow_function", "function_expression", "function")), None)
        if title.type not in ("string", "template_string") or body is None:
            continue
        never = "it is always skipped" if _skips(called) else _skipped_group(node)
        yield _Test(_text(title).strip("\"'`"), node, body, never, checks=".fails" in called or ".failing" in called)


def _skips(called: str) -> bool:
    return called.startswith(("xit", "xtest", "xspecify", "xdescribe", "xcontext")) or bool(
        re.search(r"\.skip(?:\.|$)", called)
    )


def _skipped_group(node: Node) -> str:
    """Why the groups around a test keep it from being run; empty if they do not."""
    above = node.parent
    while above is not None:
        if above.type == "call_expression" and _JS_GROUP.match(_called(above)) and _skips(_called(above)):
            return "its group is always skipped"
        above = above.parent
    return ""


def _go(root: Node) -> Iterator[_Test]:
    for node in root.named_children:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        parameters = node.child_by_field_name("parameters")
        if node.type != "function_declaration" or name is None or body is None or parameters is None:
            continue
        if re.match(r"Test(?![a-z])", _text(name)) and "testing.T" in _text(parameters):
            statements = [child for block in body.named_children for child in _statements(block)]
            first = _text(statements[0]) if statements else ""
            never = "its first statement skips it" if re.match(r"\w+\.Skip(?:f|Now)?\(", first) else ""
            yield _Test(_text(name), node, body, never)


def _statements(block: Node) -> list[Node]:
    return block.named_children if block.type == "statement_list" else [block] if block.type != "comment" else []


def _java(root: Node) -> Iterator[_Test]:
    for node in _walk(root):
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if node.type != "method_declaration" or name is None or body is None:
            continue
        marks = _modifiers(node)
        if not re.search(r"@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest)\b", marks):
            continue
        around = node.parent.parent if node.parent is not None else None
        off = re.search(r"@(?:Disabled|Ignore)\b", marks + (_modifiers(around) if around is not None else ""))
        inherits = around is not None and around.child_by_field_name("superclass") is not None
        yield _Test(_text(name), node, body, "it is disabled" if off else "", checks="expected" in marks or inherits)


def _modifiers(node: Node) -> str:
    return " ".join(_text(child) for child in node.children if child.type == "modifiers")


def _rust(root: Node) -> Iterator[_Test]:
    for node in _walk(root):
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if node.type != "function_item" or name is None or body is None:
            continue
        marks, before = "", node.prev_named_sibling
        while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
            marks += _text(before) if before.type == "attribute_item" else ""
            before = before.prev_named_sibling
        if re.search(r"#\[(?:\w+::)*test\b", marks):
            never = "it is ignored" if "#[ignore" in marks else ""
            yield _Test(_text(name), node, body, never, checks="should_panic" in marks)


def _called(node: Node) -> str:
    """What a call calls, as it is written."""
    for field in ("function", "macro", "name", "constructor"):
        part = node.child_by_field_name(field)
        if part is not None:
            owner = node.child_by_field_name("object")
            return f"{_text(owner)}.{_text(part)}" if owner is not None else _text(part)
    return ""


def _walk(node: Node) -> Iterator[Node]:
    todo = [node]
    while todo:
        current = todo.pop()
        yield current
        todo.extend(reversed(current.named_children))


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
