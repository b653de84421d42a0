"""Observations as a pytest file a person would write: tables for families, one behaviour a test, imports in order."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from codeassist.tasks.gen_tests.search_engine.protocol import Observation
from codeassist.tasks.gen_tests.writing.naming import Names, base_name, snake
from codeassist.tasks.gen_tests.writing.parametrize import WIDTH, pattern, plainly, shape, table

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


MOST_COLUMNS = 6


@dataclass(slots=True)
class Test:
    """One test function: its name, its text, the observations in it, the imports it asks for, and who made it.

    `engine` is "search", "property" or "model"; `found` are mutants that the test was seen to kill besides its observations.
    """

    name: str
    text: str
    entries: list[Observation] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    engine: str = "search"
    found: frozenset[int] = frozenset()

    @property
    def kills(self) -> frozenset[int]:
        """The mutants that the test kills, as far as is known."""
        return self.found | {m for entry in self.entries for m in entry.kills}


def write_tests(entries: Sequence[Observation], parameters: Mapping[str, list[str]], taken: set[str]) -> list[Test]:
    """Test functions for observations, in the order of their targets; names in `taken` are left alone."""
    names = Names(taken)
    tests: list[Test] = []
    by_target: dict[str, list[Observation]] = {}
    for entry in entries:
        by_target.setdefault(entry.target, []).append(inlined(entry))
    for target, mine in by_target.items():
        for family in _families(mine, parameters):
            tests += _written(family, target, parameters, names)
    return tests


def _families(entries: Sequence[Observation], parameters: Mapping[str, list[str]]) -> list[list[Observation]]:
    """Observations that can share a test, in the order of the first of each."""
    found: dict[object, list[Observation]] = {}
    for entry in entries:
        form = shape(entry, parameters, fresh=False)
        found.setdefault(id(entry) if form is None else tuple(form.lines), []).append(entry)
    return list(found.values())


def _written(family: list[Observation], target: str, parameters: Mapping[str, list[str]], names: Names) -> list[Test]:
    """A table where it is no longer than tests of their own; objects are made inside the test where all are made alike."""
    if len(family) > 1:
        kinds = sorted({entry.raised.name for entry in family if entry.raised})
        suffix = ("_raises_" + snake(kinds[0]) if len(kinds) == 1 else "_raises") if kinds else ""
        for fresh in (True, False):
            shapes = [shape(entry, parameters, fresh) for entry in family]
            if len({tuple(s.lines) if s else None for s in shapes}) > 1 or shapes[0] is None:
                continue
            shared = table([s for s in shapes if s])
            if shared is None:
                return [_single(family[0], target, names)]
            alone = [_single(entry, target, Names(set())) for entry in family]
            if len(shared.header) <= MOST_COLUMNS and _length(shared.text("test")) <= sum(_length(test.text) for test in alone):
                name = names.pick(
                    base_name(target), "", suffix, [f"with_{'_and_'.join(shared.besides)}"] if shared.besides else []
                )
                return [Test(name, shared.text(name), family)]
    return [_single(entry, target, names) for entry in family]


def _length(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


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


def inlined(entry: Observation) -> Observation:
    """An observation whose only step makes the receiver, with that put in its place."""
    steps = entry.steps
    if len(steps) != 1 or (entry.watched and not entry.raised):
        return entry
    match = re.fullmatch(r"(\w+) = (.+)", steps[0], re.DOTALL)
    if not match or len(re.findall(rf"\b{match[1]}\b", entry.final)) != 1:
        return entry
    value = match[2]
    try:
        if not isinstance(ast.parse(value, mode="eval").body, ast.Call | ast.Name | ast.Constant | ast.List | ast.Dict):
            return entry
    except SyntaxError:
        return entry
    final = re.sub(rf"\b{match[1]}\b", lambda _: value, entry.final)
    return replace(entry, steps=[], final=final) if len(final) < 100 else entry


def _single(entry: Observation, target: str, names: Names) -> Test:
    steps = list(entry.steps)
    imported = [s for s in steps if re.match(r"(?:import|from)\s", s)]
    steps = [s for s in steps if s not in imported or s.split()[1].partition(".")[0] not in MODULES]
    raised = entry.raised
    name = names.pick(base_name(target), entry.final, f"_raises_{snake(raised.name)}" if raised else "")
    lines = [line for step in steps for line in step.split("\n")]
    printed = entry.printed
    if raised:
        matched = pattern(raised.message)
        lines += [
            f"with pytest.raises({raised.name}{f', match={matched}' if matched != repr('') else ''}):",
            f"    {entry.final}",
        ]
    else:
        lines += _assertions(entry)
    if printed:
        lines.append(f"assert capsys.readouterr().out == {printed!r}")
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    return Test(name, f"def {name}({'capsys' if printed else ''}):\n{body}", [entry])


def _assertions(entry: Observation) -> list[str]:
    final, checks = entry.final, entry.checks
    about = [c for c in checks if "{v}" in c]
    others = [c for c in checks if "{v}" not in c]
    if about == ["{v} is None"] and others:
        return [final, *(f"assert {c}" for c in others)]
    if not about:
        return [final, *(f"assert {c}" for c in others)]
    bound = isinstance(ast.parse(final, mode="eval").body, ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.Constant)
    shown = final if bound or not about[0].startswith("{v}") else f"({final})"
    if re.fullmatch(r"\w+", final) or (len(about) == 1 and len(about[0].replace("{v}", shown)) <= WIDTH - 12):
        lines = [plainly(f"assert {c.replace('{v}', shown)}") for c in about]
    else:
        lines = [f"result = {final}", *(f"assert {c.replace('{v}', 'result')}" for c in about)]
    return lines + [f"assert {c}" for c in others]
