"""Property tests derived from names: round trips, idempotence, agreement with a standard library function.

Each becomes a Hypothesis test and must pass the same checks as any other test; one that fails is reported as a suspicion. The
property is chosen by the function's name and the types of its arguments (annotations, or types observed in the search).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.search_engine.protocol import Observation, Suspicion
from codeassist.tasks.gen_tests.writing.naming import snake
from codeassist.tasks.gen_tests.writing.test_file import Test
from indexers.files.decoding import source_text

INVERSES = (
    ("encode", "decode"),
    ("dumps", "loads"),
    ("dump", "load"),
    ("serialize", "deserialize"),
    ("pack", "unpack"),
    ("compress", "decompress"),
    ("escape", "unescape"),
    ("quote", "unquote"),
    ("encrypt", "decrypt"),
    ("to", "from"),
    ("marshal", "unmarshal"),
    ("wrap", "unwrap"),
    ("format", "parse"),
    ("unparse", "parse"),
    ("join", "split"),
    ("flatten", "unflatten"),
    ("hexlify", "unhexlify"),
    ("int_to", "to_int"),
    ("pickle", "unpickle"),
    ("freeze", "thaw"),
)
"""Pairs of words where the second operation undoes the first."""

IDEMPOTENT = re.compile(
    r"(?:^|_)(normali[sz]e|canonical(?:i[sz]e)?|clean|strip|trim|slugify|dedupe|deduplicate|uniq(?:ue)?|sort(?:ed)?|clamp|simplify|"
    r"sanitize|collapse|squeeze|ensure|lower|upper|round|truncate|reduce_whitespace)(?:_|$|d$)"
)
STANDARD = {
    "factorial": "math.factorial",
    "gcd": "math.gcd",
    "lcm": "math.lcm",
    "isqrt": "math.isqrt",
    "comb": "math.comb",
    "mean": "statistics.mean",
    "median": "statistics.median",
    "mode": "statistics.mode",
    "sort": "sorted",
    "reverse_string": "(lambda text: text[::-1])",
}
STRATEGIES = {
    "str": "st.text()",
    "int": "st.integers()",
    "bool": "st.booleans()",
    "bytes": "st.binary()",
    "float": "st.floats(allow_nan=False, allow_infinity=False)",
    "list": "st.lists(st.integers())",
    "dict": "st.dictionaries(st.text(), st.integers())",
    "set": "st.sets(st.integers())",
    "tuple": "st.tuples(st.integers(), st.integers())",
    "date": "st.dates()",
    "datetime": "st.datetimes()",
    "timedelta": "st.timedeltas()",
    "Decimal": "st.decimals(allow_nan=False, allow_infinity=False)",
    "UUID": "st.uuids()",
}
MOST = 6
EXAMPLES = 100


@dataclass(frozen=True, slots=True)
class Function:
    """A public function with one required argument: its name, the argument's name and the argument's Hypothesis strategy."""

    name: str
    parameter: str
    strategy: str


def find(target: Target, interpreter: Interpreter, entries: Sequence[Observation], taken: set[str]) -> list[Test]:
    """Property tests implied by the names in a module; empty when its interpreter lacks Hypothesis."""
    if not interpreter.hypothesis:
        return []
    tree = ast.parse(source_text(target.path))
    selected = {name.partition(".")[0] for name in target.names}
    functions = {f.name: f for f in _functions(tree, entries) if not selected or f.name in selected}
    tests: list[Test] = []
    for name, lines, strategy, parameter, uses in _properties(functions):
        if name in taken or len(tests) >= MOST:
            continue
        text = "\n".join(
            [f"@given({strategy})", "@settings(derandomize=True, database=None)", f"def {name}({parameter}):", *lines]
        )
        imports = ["from hypothesis import given, settings", "from hypothesis import strategies as st"]
        imports += [f"from {target.module} import {used}" for used in uses]
        imports += [f"import {m}" for m in ("math", "statistics") if f"{m}." in text]
        tests.append(Test(name, text, [], imports, "property"))
    return tests


def functions(test: Test) -> list[str]:
    """The names of the module's functions that a property test is about."""
    return [line.rpartition(" ")[2] for line in test.asks if line.startswith("from") and "hypothesis" not in line]


def harder(text: str) -> str:
    """The same tests with ten times as many examples, randomly chosen."""
    return text.replace(
        "@settings(derandomize=True, database=None)", "@settings(max_examples=1000, database=None, deadline=None)"
    )


def broken(test: Test, output: str) -> list[Suspicion]:
    """A suspicion that a property implied by a name does not hold, with the counterexample from the failure report `output`.

    Other exceptions than a failed assertion are ignored: the input may be outside the function's domain.
    """
    parameter = re.search(r"def \w+\((\w+)\)", test.text)
    example = re.search(rf"^{parameter[1]} = (.+)$", output, re.MULTILINE) if parameter else None
    if not re.search(r"^E\s+AssertionError|^E\s+assert ", output, re.MULTILINE) or not example or not parameter:
        return []
    assignment = f"{parameter[1]} = {example[1]}"
    assertion = ast.unparse(ast.parse(test.text).body[0].body[-1])  # type: ignore[attr-defined]
    words = test.name.removeprefix("test_").replace("_", " ")
    lines = [*(line for line in test.asks if line.startswith("from") and "hypothesis" not in line), assignment]
    body = [line.strip() for line in test.text.split("\n")[3:]]
    target = re.search(r"(\w+)\(", assertion)
    what = f"violates the property its name implies: {words}"
    return [Suspicion(target[1] if target else words, what, 1, "\n".join([*lines, *body]))]


def _properties(functions: Mapping[str, Function]) -> Iterator[tuple[str, list[str], str, str, list[str]]]:
    """Yields (test name, body lines, strategy, parameter name, names of the functions used)."""
    for first, second in _inverse_pairs(list(functions)):
        f = functions[first]
        yield (
            f"test_{snake(second)}_undoes_{snake(first)}",
            [f"    assert {second}({first}({f.parameter})) == {f.parameter}"],
            f.strategy,
            f.parameter,
            [first, second],
        )
    for name, f in functions.items():
        if name in STANDARD:
            body = [f"    assert {name}({f.parameter}) == {STANDARD[name]}({f.parameter})"]
            strategy = f.strategy if "lists" not in f.strategy else "st.lists(st.integers(), min_size=1)"
            if name == "factorial":
                strategy = "st.integers(min_value=0, max_value=200)"
            reference = snake(STANDARD[name]) if "(" not in STANDARD[name] else "slicing"
            yield (f"test_{snake(name)}_matches_{reference}", body, strategy, f.parameter, [name])
        elif IDEMPOTENT.search(snake(name)):
            body = [f"    once = {name}({f.parameter})", f"    assert {name}(once) == once"]
            yield (f"test_{snake(name)}_is_idempotent", body, f.strategy, f.parameter, [name])


def _inverse_pairs(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of names that differ only in one word, where the second word is the inverse of the first."""
    by_words = {tuple(snake(name).split("_")): name for name in names}
    for words, name in by_words.items():
        for forward, inverse in INVERSES:
            for i, word in enumerate(words):
                if word == forward:
                    other = by_words.get((*words[:i], inverse, *words[i + 1 :]))
                    if other is not None and other != name:
                        yield name, other


def _functions(tree: ast.Module, entries: Sequence[Observation]) -> Iterator[Function]:
    observed = _argument_types(entries)
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or node.decorator_list:
            continue
        positional = [*node.args.posonlyargs, *node.args.args]
        required = positional[: len(positional) - len(node.args.defaults)]
        required_names = [a.arg for a in required] + [
            a.arg for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is None
        ]
        if len(required_names) != 1 or not required:
            continue
        argument = required[0]
        strategy = _strategy(argument.annotation) if argument.annotation else STRATEGIES.get(observed.get(node.name, ""), "")
        if strategy:
            yield Function(node.name, argument.arg, strategy)


def _strategy(annotation: ast.expr) -> str:
    """Source text of a Hypothesis strategy for an annotation of built-in types; "" for others."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _strategy(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return ""
    if isinstance(annotation, ast.Name | ast.Attribute):
        return STRATEGIES.get(ast.unparse(annotation).rpartition(".")[2], "")
    if isinstance(annotation, ast.Subscript):
        outer = ast.unparse(annotation.value).rpartition(".")[2].lower()
        inside = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        parts = [_strategy(i) for i in inside]
        if not all(parts):
            return ""
        if outer in ("list", "sequence", "iterable", "collection"):
            return f"st.lists({parts[0]})"
        if outer in ("dict", "mapping") and len(parts) == 2:
            return f"st.dictionaries({parts[0]}, {parts[1]})"
        if outer in ("set", "frozenset"):
            return f"st.sets({parts[0]})" if outer == "set" else f"st.frozensets({parts[0]})"
        if outer == "tuple":
            return f"st.tuples({', '.join(parts)})"
    return ""


def _argument_types(entries: Sequence[Observation]) -> dict[str, str]:
    """The most frequent type of each function's first argument, counting literals only."""
    counts: dict[str, dict[str, int]] = {}
    for entry in entries:
        try:
            call = ast.parse(entry.final, mode="eval").body
            value = ast.literal_eval(call.args[0]) if isinstance(call, ast.Call) and call.args else None
        except (SyntaxError, ValueError, IndexError, MemoryError):
            continue
        kind = type(value).__name__
        if not entry.raised and kind in STRATEGIES:
            kinds = counts.setdefault(entry.target, {})
            kinds[kind] = kinds.get(kind, 0) + 1
    return {name: max(kinds, key=lambda k: kinds[k]) for name, kinds in counts.items()}
