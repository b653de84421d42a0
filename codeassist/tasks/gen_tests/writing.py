"""Observations as a pytest file a person would write: tables for families, one behaviour a test, imports in order."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from codeassist.tasks.gen_tests.naming import Names, base_name, snake

MODULES = (
    "asyncio",
    "collections",
    "datetime",
    "decimal",
    "fractions",
    "functools",
    "io",
    "itertools",
    "math",
    "operator",
    "pathlib",
    "re",
    "uuid",
)
WIDTH = 120
_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")
_EXPECTED = re.compile(r"^(.*?\{v\}.*?) (?:==|is) (.*)$", re.DOTALL)


@dataclass(slots=True)
class Test:
    """One test function: its name, its text, the observations in it, the imports it asks for, and who made it.

    `engine` is "search", "property" or "model"; `found` are mutants that the test was seen to kill besides its observations.
    """

    name: str
    text: str
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    engine: str = "search"
    found: frozenset[int] = frozenset()

    @property
    def kills(self) -> frozenset[int]:
        """The mutants that the test kills, as far as is known."""
        return self.found | {m for entry in self.entries for m in entry["kills"]}


def write_tests(entries: Sequence[Mapping[str, Any]], parameters: Mapping[str, list[str]], taken: set[str]) -> list[Test]:
    """Test functions for observations, in the order of their targets; names in `taken` are left alone."""
    names = Names(taken)
    tests: list[Test] = []
    by_target: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        by_target.setdefault(entry["target"], []).append(entry)
    for target, mine in by_target.items():
        families: dict[Any, list[Mapping[str, Any]]] = {}
        for entry in map(inlined, mine):
            families.setdefault(_family(entry), []).append(entry)
        for key, members in families.items():
            if key[0] == "single" or len(members) == 1:
                tests += [_single(entry, target, names) for entry in members]
            else:
                tests.append(_table(members, target, key, parameters.get(target, []), names))
    return tests


def write_file(
    module: str,
    tests: Sequence[Test],
    public: Sequence[str],
    error_modules: Mapping[str, str],
    provenance: str = "from observed behaviour",
) -> str:
    """The whole file: a docstring that says what made it, imports, tests."""
    body = "\n\n\n".join(test.text for test in tests)
    head = f'"""Tests of `{module}`, made by codeassist {provenance}; edit them freely."""'
    observed = "\n\n\n".join(test.text for test in tests if test.engine == "search") or "pass"
    lines = _joined(imports(module, observed, public, error_modules), [test.asks for test in tests], module)
    return f"{head}\n\n{lines}\n\n\n{body}\n"


def _joined(own: str, asked: Sequence[Sequence[str]], module: str) -> str:
    """Import lines with those that tests ask for: the future, the standard library, others, the project's."""
    wanted = [line for group in asked for line in group]
    if not wanted:
        return own
    tree = ast.parse("\n".join([own, *wanted]))
    plain: dict[str, None] = {}
    named: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            plain |= {f"import {ast.unparse(alias)}": None for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            named.setdefault("." * node.level + (node.module or ""), set()).update(ast.unparse(a) for a in node.names)
    lines = [*plain, *(_from(home, sorted(names)) for home, names in named.items())]
    groups: dict[int, list[str]] = {}
    for line in lines:
        home = line.split()[1]
        top = home.partition(".")[0]
        group = (
            0
            if home == "__future__"
            else 1
            if top in sys.stdlib_module_names
            else 3
            if top == module.split(".", maxsplit=1)[0]
            else 2
        )
        groups.setdefault(group, []).append(line)
    return "\n\n".join("\n".join(sorted(groups[n], key=lambda x: (x.startswith("from"), x))) for n in sorted(groups))


def _from(home: str, names: Sequence[str]) -> str:
    line = f"from {home} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {home} import (", *(f"    {name}," for name in names), ")"])


def imports(module: str, body: str, public: Sequence[str], error_modules: Mapping[str, str]) -> str:
    """The import lines that a text needs."""
    used = {n.id for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Name)}
    made = {n.id for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own = sorted(name for name in used & set(public) if name not in MODULES and name not in made)
    lines = [f"import {name}" for name in MODULES if name in used]
    third = ["import pytest"] if "pytest" in used else []
    for name, home in sorted(error_modules.items()):
        if name in used and name not in own and home not in ("builtins", module):
            third.append(f"from {home} import {name}")
    project = [_from(module, own)] if own else []
    return "\n\n".join("\n".join(block) for block in (lines, third, project) if block)


def inlined(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """An observation whose only step makes the receiver, with that put in its place."""
    steps = entry["steps"]
    if len(steps) != 1 or entry["watched"]:
        return entry
    match = re.fullmatch(r"(\w+) = (.+)", steps[0], re.DOTALL)
    if not match or len(re.findall(rf"\b{match[1]}\b", entry["final"])) != 1:
        return entry
    value = match[2]
    try:
        if not isinstance(ast.parse(value, mode="eval").body, ast.Call | ast.Name | ast.Constant | ast.List | ast.Dict):
            return entry
    except SyntaxError:
        return entry
    final = re.sub(rf"\b{match[1]}\b", lambda _: value, entry["final"])
    return {**entry, "steps": [], "final": final} if len(final) < 100 else entry


def _family(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tests share a table: the same call with other arguments, looked at in the same way."""
    alone = ("single", id(entry))
    if entry["steps"] or entry["watched"] or entry["printed"]:
        return alone
    try:
        call = ast.parse(entry["final"], mode="eval").body
    except SyntaxError:
        return alone
    if (
        not isinstance(call, ast.Call)
        or any(isinstance(a, ast.Starred) for a in call.args)
        or any(k.arg is None for k in call.keywords)
    ):
        return alone
    form = (ast.unparse(call.func), len(call.args), tuple(k.arg for k in call.keywords))
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
        form = (f"<receiver>.{call.func.attr}", *form[1:])
    if entry["raised"]:
        return ("raises", entry["raised"][0], *form)
    if len(entry["checks"]) != 1:
        return alone
    match = _EXPECTED.match(entry["checks"][0])
    if not match or "{v}" in match[2]:
        return alone
    return ("value", match[1], *form)


def _parts(entry: Mapping[str, Any]) -> tuple[str, list[str], list[tuple[str, str]]]:
    """(receiver, arguments, keyword arguments) of an observation's call, as text."""
    call = ast.parse(entry["final"], mode="eval").body
    assert isinstance(call, ast.Call)
    receiver = ""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
        receiver = ast.unparse(call.func.value)
    return receiver, [ast.unparse(a) for a in call.args], [(str(k.arg), ast.unparse(k.value)) for k in call.keywords]


def _table(members: list[Mapping[str, Any]], target: str, key: tuple[Any, ...], known: list[str], names: Names) -> Test:
    receiver, arguments, keywords = _parts(members[0])
    variable = snake(target.rpartition(".")[0] or "instance")
    columns = [variable] if receiver else []
    columns += _columns(len(arguments), known, columns) + [name for name, _ in keywords]
    raises = key[0] == "raises"
    last = "message" if raises else "expected"
    rows = []
    for entry in members:
        own, values, named = _parts(entry)
        outcome = _message(entry["raised"][2]) if raises else _EXPECTED.match(entry["checks"][0])[2]  # type: ignore[index]
        rows.append([*([own] if receiver else []), *values, *(value for _, value in named), outcome])
    if raises and len({row[-1] for row in rows}) == 1:
        message = rows[0][-1]
        rows, last = [row[:-1] for row in rows], ""
    called = key[2].replace("<receiver>", variable)
    passed = columns[1:] if receiver else list(columns)
    named_from = len(passed) - len(keywords)
    call = f"{called}({', '.join(c if i < named_from else f'{c}={c}' for i, c in enumerate(passed))})"
    header = [*columns, last] if last else columns
    name = names.pick(base_name(target), members[0]["final"] if keywords else "", f"_raises_{snake(key[1])}" if raises else "")
    if not columns:
        return _single(members[0], target, names)
    lines = [_parametrize(header, rows), f"def {name}({', '.join(header)}):"]
    if raises:
        match = last or message
        matched = f", match={match}" if match not in ("''", '""') else ""
        lines += [f"    with pytest.raises({key[1]}{matched}):", f"        {call}"]
    else:
        same = all(row[-1] in ("True", "False", "None") for row in rows)
        lines.append(f"    assert {key[1].replace('{v}', call)} {'is' if same else '=='} expected")
    return Test(name, "\n".join(lines), list(members))


def _columns(count: int, known: list[str], taken: list[str]) -> list[str]:
    names: list[str] = []
    for position in range(count):
        name = known[position] if position < len(known) and known[position].isidentifier() else f"value_{position + 1}"
        name = name.strip("_") or f"value_{position + 1}"
        while name in (*names, *taken, "expected", "message", "request"):
            name += "_"
        names.append(name)
    return names


def _parametrize(header: list[str], rows: list[list[str]]) -> str:
    single = len(header) == 1
    shown = [row[0] if single else f"({', '.join(row)})" for row in dict.fromkeys(map(tuple, rows))]
    names = f'"{header[0]}"' if single else "(" + ", ".join(f'"{h}"' for h in header) + ")"
    one = f"@pytest.mark.parametrize({names}, [{', '.join(shown)}])"
    if len(one) <= WIDTH:
        return one
    return "\n".join([f"@pytest.mark.parametrize(\n    {names},\n    [", *(f"        {row}," for row in shown), "    ],\n)"])


def _single(entry: Mapping[str, Any], target: str, names: Names) -> Test:
    steps = list(entry["steps"])
    imported = [s for s in steps if re.match(r"(?:import|from)\s", s)]
    steps = [s for s in steps if s not in imported or s.split()[1].partition(".")[0] not in MODULES]
    raised = entry["raised"]
    name = names.pick(base_name(target), entry["final"], f"_raises_{snake(raised[0])}" if raised else "")
    lines = [line for step in steps for line in step.split("\n")]
    printed = entry["printed"]
    if raised:
        matched = _message(raised[2])
        lines += [
            f"with pytest.raises({raised[0]}{f', match={matched}' if matched != repr('') else ''}):",
            f"    {entry['final']}",
        ]
    else:
        lines += _assertions(entry)
    if printed:
        lines.append(f"assert capsys.readouterr().out == {printed!r}")
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    return Test(name, f"def {name}({'capsys' if printed else ''}):\n{body}", [entry])


def _assertions(entry: Mapping[str, Any]) -> list[str]:
    final, checks = entry["final"], entry["checks"]
    about = [c for c in checks if "{v}" in c]
    others = [c for c in checks if "{v}" not in c]
    if about == ["{v} is None"] and others:
        return [final, *(f"assert {c}" for c in others)]
    if not about:
        return [final, *(f"assert {c}" for c in others)]
    bound = isinstance(ast.parse(final, mode="eval").body, ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.Constant)
    shown = final if bound or not about[0].startswith("{v}") else f"({final})"
    if re.fullmatch(r"\w+", final) or (len(about) == 1 and len(about[0].replace("{v}", shown)) <= WIDTH - 12):
        lines = [f"assert {c.replace('{v}', shown)}" for c in about]
    else:
        lines = [f"result = {final}", *(f"assert {c.replace('{v}', 'result')}" for c in about)]
    return lines + [f"assert {c}" for c in others]


def _message(text: str) -> str:
    """The pattern of an exception's message as source text."""
    if not _SPECIAL.search(text):
        return repr(text)
    return f"re.escape({text!r})"
