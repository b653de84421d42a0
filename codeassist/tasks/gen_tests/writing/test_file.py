"""Write observations as a readable pytest file: parametrised tests, one behaviour per test, sorted imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from codeassist.tasks.gen_tests.search_engine.protocol import Observation
from codeassist.tasks.gen_tests.writing.import_lines import import_lines, with_requested, with_setup
from codeassist.tasks.gen_tests.writing.naming import Names, base_name, details, message_words, snake
from codeassist.tasks.gen_tests.writing.parametrize import pattern, shape
from codeassist.tasks.gen_tests.writing.table import WIDTH, plainly, table

MOST_COLUMNS = 6

USUAL_WIDTH = 88
"""The longest line of the docstring: the default of ruff and black."""

FIXTURES = ("monkeypatch", "tmp_path")
"""Fixtures of pytest that observations use by name."""


@dataclass(slots=True)
class Test:
    """One test function: its name, source text, the observations in it, and the imports it needs (`asks`).

    `engine` is "search", "property" or "model"; `found` are mutants that the test kills besides those of its observations.
    """

    name: str
    text: str
    entries: list[Observation] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    engine: str = "search"
    found: frozenset[int] = frozenset()

    @property
    def kills(self) -> frozenset[int]:
        """The mutants that the test is known to kill."""
        return self.found | {m for entry in self.entries for m in entry.kills}


def write_tests(entries: Sequence[Observation], parameters: Mapping[str, list[str]], taken: set[str]) -> list[Test]:
    """Test functions for observations, grouped by target; none gets a name from `taken`."""
    names = Names(taken)
    tests: list[Test] = []
    by_target: dict[str, list[Observation]] = {}
    requested: dict[str, str] = {}
    for entry in entries:
        by_target.setdefault(entry.target, []).append(inlined(_without_imports(entry, requested)))
    for target, observations in by_target.items():
        for family in _families(observations, parameters):
            tests += _family_tests(family, target, parameters, names)
    for test in tests:
        test.asks = [line for name, line in requested.items() if re.search(rf"(?<![\w.'\"]){re.escape(name)}\b", test.text)]
    return tests


def _without_imports(entry: Observation, requested: dict[str, str]) -> Observation:
    """An observation without its import statements, which are added to `requested` by the names they bind."""
    steps = []
    for step in entry.steps:
        if not re.match(r"(?:import|from)\s", step):
            steps.append(step)
            continue
        for node in ast.parse(step).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                requested |= {a.asname or a.name: step for a in node.names}
    return replace(entry, steps=steps)


def _families(entries: Sequence[Observation], parameters: Mapping[str, list[str]]) -> list[list[Observation]]:
    """Groups of observations that can share a test, in the order of their first members."""
    families: dict[object, list[Observation]] = {}
    for entry in entries:
        shared_shape = shape(entry, parameters, fresh=False)
        families.setdefault(id(entry) if shared_shape is None else tuple(shared_shape.lines), []).append(entry)
    return list(families.values())


def _family_tests(family: list[Observation], target: str, parameters: Mapping[str, list[str]], names: Names) -> list[Test]:
    """One parametrised test if it is not longer than separate tests, else separate tests.

    Objects are constructed inside the test if all are constructed in the same way.
    """
    if len(family) > 1:
        kinds = sorted({entry.raised.name for entry in family if entry.raised})
        suffix = ("_raises_" + snake(kinds[0]) if len(kinds) == 1 else "_raises") if kinds else ""
        for fresh in (True, False):
            shapes = [shape(entry, parameters, fresh) for entry in family]
            if len({tuple(s.lines) if s else None for s in shapes}) > 1 or shapes[0] is None:
                continue
            combined = table([s for s in shapes if s])
            if combined is None:
                return [_single(family[0], target, names)]
            separate = [_single(entry, target, Names(set())) for entry in family]
            if len(combined.header) <= MOST_COLUMNS and _length(combined.text("test")) <= sum(
                _length(test.text) for test in separate
            ):
                name = names.pick(
                    base_name(target),
                    "",
                    suffix,
                    [*_besides(combined.besides, family), *_family_words(family)],
                    family[0].steps,
                )
                return [Test(name, combined.text(name), family)]
    return [_single(entry, target, names) for entry in family]


def _besides(columns: Sequence[str], family: Sequence[Observation]) -> list[str]:
    """Words for the arguments that distinguish a table from one with fewer: `with_limit_and_by`."""
    return [f"with_{'_and_'.join(columns)}"] if columns else []


def _family_words(family: Sequence[Observation]) -> list[str]:
    """Words for what is special about every call of a table."""
    common = [set(details(entry.final)) for entry in family]
    return [word for word in details(family[0].final) if all(word in words for words in common)] + ["for_several_values"]


def _length(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def write_file(
    module: str,
    tests: Sequence[Test],
    public: Sequence[str],
    error_modules: Mapping[str, str],
    provenance: str = "from observed behaviour",
    setup: str = "",
) -> str:
    """The whole file: a docstring that states how it was generated, imports, tests.

    `setup` are statements with `os` and `django` that run before the module is imported.
    """
    body = "\n\n\n".join(test.text for test in tests)
    head = _docstring(module, provenance)
    observed = "\n\n\n".join(test.text for test in tests if test.engine == "search") or "pass"
    lines = with_requested(import_lines(module, observed, public, error_modules), [test.asks for test in tests], module)
    lines = with_setup(lines, setup, module) if setup else lines
    return f"{head}\n\n{lines}\n\n\n{body}\n"


def _docstring(module: str, provenance: str) -> str:
    """What the file is and how it was made, in lines of the usual length."""
    said = f"Tests for `{module}`, generated by codeassist"
    made = provenance[:1].upper() + provenance[1:]
    forms = (
        f"{said} {provenance}; edit freely.",
        f"{said} {provenance}.",
        f"{said}.\n\n{made}; edit freely.\n",
    )
    fitting = (form for form in forms if len(form.partition("\n")[0]) + (3 if "\n" in form else 6) <= USUAL_WIDTH)
    return f'"""{next(fitting, forms[-1])}"""'


def inlined(entry: Observation) -> Observation:
    """If an observation's only step constructs the receiver, inline it into the final call."""
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
    raised = entry.raised
    suffix = f"_raises_{snake(raised.name)}" if raised else ""
    said = list(message_words(raised.message)) if raised else []
    name = names.pick(base_name(target), entry.final, suffix, said, steps=steps, checks=entry.checks)
    lines = _lines(steps)
    printed = entry.printed
    if raised:
        matched = pattern(raised.message if len(re.sub(r"\W", "", raised.message)) > 2 else "")
        lines += [
            f"with pytest.raises({raised.name}{f', match={matched}' if matched != repr('') else ''}):",
            *(f"    {line}" for line in entry.final.split("\n")),
        ]
    else:
        lines += _assertions(entry)
    if printed:
        lines.append(f"assert capsys.readouterr().out == {printed!r}")
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    fixtures = [*(["capsys"] if printed else []), *(f for f in FIXTURES if re.search(rf"\b{f}\b", body)), *entry.fixtures]
    return Test(name, f"def {name}({', '.join(fixtures)}):\n{body}", [entry])


def _lines(steps: Sequence[str]) -> list[str]:
    """The lines of the steps of a test, with an empty line around each function that is defined among them."""
    lines: list[str] = []
    for step in steps:
        is_function = step.startswith(("async def ", "def "))
        lines += ["", *step.split("\n"), ""] if is_function and lines else step.split("\n")
        lines += [""] if is_function and lines[-1] else []
    return lines


def _assertions(entry: Observation) -> list[str]:
    final, checks = entry.final, entry.checks
    if "\n" in final and not any(re.match(r"(?:len\()?result\b", c) for c in checks):
        final = final.replace("result = ", "", 1)
    value_checks = [c for c in checks if "{v}" in c]
    other_checks = [c for c in checks if "{v}" not in c]
    if value_checks == ["{v} is None"] and other_checks:
        return [*final.split("\n"), *(f"assert {c}" for c in other_checks)]
    if not value_checks:
        return [*final.split("\n"), *(f"assert {c}" for c in other_checks)]
    is_atom = isinstance(ast.parse(final, mode="eval").body, ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.Constant)
    operand = final if is_atom or not re.search(r"^\{v\}|\{v\}[.\[]", value_checks[0]) else f"({final})"
    if re.fullmatch(r"\w+", final) or (len(value_checks) == 1 and len(value_checks[0].replace("{v}", operand)) <= WIDTH - 12):
        lines = [plainly(f"assert {c.replace('{v}', operand)}") for c in value_checks]
    else:
        lines = [f"result = {final}", *(f"assert {c.replace('{v}', 'result')}" for c in value_checks)]
    return lines + [f"assert {c}" for c in other_checks]
