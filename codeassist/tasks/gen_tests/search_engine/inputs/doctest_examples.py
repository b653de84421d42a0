"""Interactive examples in documentation, each with the preceding statements that it needs."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_EXAMPLES = 200
"""The most interactive examples of one documentation text that are read; each may need all statements before it."""

MOST_CHARACTERS = 200_000


@dataclass(frozen=True)
class Documented:
    """An interactive example and the result that its documentation shows: `before` are all statements that precede it.

    `steps` are those of them that it needs. `want` is what it prints or gives; with `raises`, the exception it raises instead.
    """

    before: tuple[str, ...]
    steps: tuple[str, ...]
    final: str
    want: str
    raises: str = ""

    def agrees(self, printed: str, value: str) -> bool:
        """Whether what the example printed and the source text of its value are what is documented."""
        got = f"{printed}{value}\n" if value != "None" else printed
        if not printed and _literal(self.want) is not _NOTHING and _same(_literal(self.want), _literal(value)):
            return True
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        return doctest.OutputChecker().check_output(self.want, got, flags)


_NOTHING = object()


def documented(documentation: str) -> list[Documented]:
    """The interactive examples of a documentation text whose results it shows exactly."""
    before: list[str] = []
    setup: list[str] = []
    variables: set[str] = set()
    found = []
    for example, source, tree in _parsed(documentation):
        is_expression = len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)
        exact = bool(example.want.strip()) and not re.search(r"0x[0-9a-fA-F]{4,}|^\s*<", example.want)
        if is_expression and exact and doctest.SKIP not in example.options and "#" not in source:
            final = ast.unparse(tree)
            steps = tuple(before)
            exception = (example.exc_msg or "").partition(":")[0].strip().rpartition(".")[2]
            found.append(Documented(steps, _needed(tuple(setup), final), final, example.want, exception))
        before.append(source)
        if not is_expression or _is_call_on(tree.body[0].value, variables):  # type: ignore[attr-defined]
            setup.append(source)
        variables |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return found


def without_examples(documentation: str) -> str:
    """A documentation text without its interactive examples and their results."""
    kept: list[str] = []
    inside = False
    for line in with_prompts(documentation).split("\n"):
        inside = line.lstrip().startswith(">>>") or (inside and bool(line.strip()))
        if not inside:
            kept.append(line)
    return "\n".join(kept)


def _literal(text: str) -> object:
    """The value of a literal; numbers of old Python and prefixes of strings do not matter."""
    try:
        return ast.literal_eval(re.sub(r"\bu(?=['\"])", "", " ".join(text.split())))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return _NOTHING


def _same(documented_value: object, value: object) -> bool:
    """Whether two literal values are the same; floats as exactly as documented."""
    if isinstance(documented_value, float) and isinstance(value, (int, float)):
        digits = len(repr(documented_value).partition(".")[2])
        return abs(documented_value - value) <= 0.51 * 10.0**-digits or documented_value == value
    return documented_value == value and isinstance(documented_value, bool) == isinstance(value, bool)


def examples(documentation: str) -> list[tuple[tuple[str, ...], str]]:
    """(preceding statements, expression) for every expression in the interactive examples of a documentation text."""
    steps: list[str] = []
    variables: set[str] = set()
    expressions = []
    for example, source, tree in _parsed(documentation):
        if doctest.SKIP in example.options:
            continue
        text = ast.unparse(tree) if "#" in source or "\n" in source else source  # without comments, on one line if it can be
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            expressions.append((tuple(steps), text))
            if _is_call_on(tree.body[0].value, variables):  # it may change the object that later examples use
                steps.append(text)
        elif not any(isinstance(n, (ast.Import, ast.ImportFrom)) and "doctest" in ast.unparse(n) for n in tree.body):
            steps.append(text)
            variables |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return [(_needed(before, final), final) for before, final in expressions]


_STATED = re.compile(r"[\s*`-]*(\w[\w.]*\(.*\))\s*(?:==|->|=>|#\s*(?:==|=>|->))\s*(.+?)[\s`.]*")
"""A line that states what a call gives: `quote("a b") == "a%20b"`."""


def with_prompts(documentation: str) -> str:
    """A documentation text in which lines that state the result of a call are interactive examples, where all is literal."""
    lines: list[str] = []
    for line in documentation[:MOST_CHARACTERS].split("\n"):
        stated = _STATED.fullmatch(line)
        if stated and _is_literal_call(stated[1]) and _literal(stated[2]) is not _NOTHING:
            lines += ["", f">>> {stated[1]}", repr(_literal(stated[2])), ""]
        else:
            lines.append(line)
    return "\n".join(lines)


def _is_literal_call(text: str) -> bool:
    """Whether a text is one call whose arguments are all literals."""
    try:
        call = ast.parse(text, mode="eval").body
        given = [*call.args, *(k.value for k in call.keywords)] if isinstance(call, ast.Call) else []
        for argument in given:
            ast.literal_eval(argument)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return bool(given)


def _parsed(documentation: str) -> Iterator[tuple[doctest.Example, str, ast.Module]]:
    """The interactive examples that are valid code, each with its source text and tree."""
    try:
        examples = doctest.DocTestParser().get_examples(first_examples(with_prompts(documentation)))
    except ValueError:
        return
    for example in examples:
        source = example.source.strip()
        try:
            yield example, source, ast.parse(source)
        except SyntaxError:
            continue


def _is_call_on(node: ast.expr, variables: set[str]) -> bool:
    """Whether an expression is a call of a method of one of some variables."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if isinstance(node.func.value, ast.Name):
            return node.func.value.id in variables
        node = node.func.value
    return False


def first_examples(documentation: str) -> str:
    """A documentation text up to its first `MOST_EXAMPLES` prompts, in whole lines."""
    prompts = 0
    kept: list[str] = []
    for line in documentation[:MOST_CHARACTERS].split("\n"):
        prompts += line.lstrip().startswith(">>>")
        if prompts > MOST_EXAMPLES:
            break
        kept.append(line)
    return "\n".join(kept)


def _needed(steps: tuple[str, ...], final: str) -> tuple[str, ...]:
    """The preceding statements that an expression depends on, directly or through others."""
    needed_names = set(re.findall(r"[^\W\d]\w*", final))
    selected: list[str] = []
    for step in reversed(steps):
        try:
            tree = ast.parse(step)
        except SyntaxError:
            continue
        defined = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        defined |= {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        defined |= {
            (a.asname or a.name).split(".")[0]
            for n in ast.walk(tree)
            if isinstance(n, (ast.Import, ast.ImportFrom))
            for a in n.names
        }
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        if defined & needed_names or (not defined and names & needed_names):
            selected.append(step)
            needed_names |= names
    return tuple(reversed(selected))
