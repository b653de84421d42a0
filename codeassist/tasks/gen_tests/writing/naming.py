"""Names of tests: the function under test, and words for what is special about the call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

LETTERS = "abcdefghijklmnopqrstuvwxyz"

OPERATORS = {
    "__eq__": "equality",
    "__ne__": "inequality",
    "__lt__": "less_than",
    "__le__": "less_or_equal",
    "__gt__": "greater_than",
    "__ge__": "greater_or_equal",
    "__add__": "addition",
    "__radd__": "reflected_addition",
    "__sub__": "subtraction",
    "__rsub__": "reflected_subtraction",
    "__mul__": "multiplication",
    "__rmul__": "reflected_multiplication",
    "__truediv__": "division",
    "__floordiv__": "floor_division",
    "__mod__": "remainder",
    "__neg__": "negation",
    "__contains__": "membership",
    "__getitem__": "indexing",
    "__setitem__": "item_assignment",
    "__delitem__": "item_deletion",
    "__len__": "length",
    "__iter__": "iteration",
    "__reversed__": "reversed_iteration",
    "__str__": "string_conversion",
    "__repr__": "repr",
    "__bool__": "truth_value",
    "__hash__": "hash",
    "__and__": "intersection",
    "__or__": "union",
    "__rand__": "reflected_intersection",
    "__ror__": "reflected_union",
    "__xor__": "symmetric_difference",
    "__rxor__": "reflected_symmetric_difference",
    "__call__": "call",
    "__invert__": "inversion",
    "__abs__": "absolute_value",
    "__int__": "int_conversion",
    "__float__": "float_conversion",
    "__iadd__": "in_place_addition",
    "__isub__": "in_place_subtraction",
    "__ior__": "in_place_union",
    "__iand__": "in_place_intersection",
    "__ixor__": "in_place_symmetric_difference",
    "__pos__": "unary_plus",
}


RESULTS = {"''": "nothing", "b''": "nothing", "0": "zero"}


def snake(name: str) -> str:
    """`IndexedSet.iter_slice` as `indexed_set_iter_slice`."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.replace(".", "_"))
    return re.sub(r"_+", "_", re.sub(r"\W", "_", text)).strip("_").lower()


def base_name(target: str) -> str:
    """The base name `test_...` for a target's qualified name."""
    owner, _, last = target.rpartition(".")
    return "_".join(part for part in ("test", snake(owner), OPERATORS.get(last, snake(last))) if part)


def details(text: str) -> Iterator[str]:
    """Words for what is special about a call given as source text, the most specific first."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    yield from _keyword_details(tree)
    for node in ast.walk(tree):
        if words := _node_detail(node):
            yield words


def _keyword_details(tree: ast.AST) -> Iterator[str]:
    """The names of the keyword arguments of the first call, unless it unpacks a mapping."""
    call = next((n for n in ast.walk(tree) if isinstance(n, ast.Call)), None)
    if call is not None and call.keywords and all(k.arg for k in call.keywords):
        yield "with_" + "_and_".join(dict.fromkeys(snake(str(k.arg)) for k in call.keywords))


def _node_detail(node: ast.AST) -> str:
    """Words for a node of a call's syntax tree; "" when it is not special."""
    if isinstance(node, ast.Constant):
        return _constant_detail(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return "of_a_negative_number"
    if isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set) and not getattr(node, "elts", getattr(node, "keys", None)):
        return f"of_an_empty_{type(node).__name__.lower()}"
    if isinstance(node, ast.Lambda):
        return "with_a_function"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "iter":
        return "of_an_iterator"
    return ""


def _constant_detail(value: object) -> str:
    """Words for a literal; "" when it is not special."""
    if value is None or isinstance(value, bool):
        return f"of_{str(value).lower()}"
    if value in ("", b""):
        return "of_an_empty_string"
    return _text_detail(value) if isinstance(value, str) else _number_detail(value)


def _text_detail(value: str) -> str:
    if value != value.strip():
        return "with_surrounding_whitespace"
    if not value.isascii():
        return "of_non_ascii_text"
    if value.isupper():
        return "of_uppercase_text"
    return "of_numeric_text" if re.fullmatch(r"[\d.]+", value) else ""


def _number_detail(value: object) -> str:
    if value == 0:
        return "of_zero"
    if isinstance(value, int | float) and abs(value) >= 1_000_000:
        return "of_a_large_number"
    return "of_a_float" if isinstance(value, float) else ""


def value_words(text: str) -> Iterator[str]:
    """Words from the values in a call, for calls that nothing else distinguishes: `of_3_and_abc`, `of_abc`."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    words = []
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Lambda) for part in ast.walk(node)}
    for node in (n for n in ast.walk(tree) if id(n) not in inside):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float) and not isinstance(node.value, bool):
            minus = " " if isinstance(node.value, str) else " minus "
            spelled = snake(re.sub(r"[^\x20-\x7e]", "", str(node.value)).replace("-", minus))
            words.append("_".join(spelled.split("_")[:3])[:24].strip("_"))
    words = [word for word in dict.fromkeys(words) if word]
    for count in range(1, min(4, len(words)) + 1):
        yield f"of_{'_and_'.join(words[:count])}"
    yield from (f"of_{word}" for word in words[1:])


def method_words(steps: Sequence[str]) -> Iterator[str]:
    """Words from the method calls before the call under test, the latest first: `after_add`, `after_add_and_remove`."""
    called = [match[1] for step in steps for match in re.finditer(r"^(?:for [^\n]+\n\s+)?(?!monkeypatch\b)\w+\.(\w+)\(", step)]
    called = [snake(name) for name in called if snake(name)]
    for count in range(1, min(3, len(called)) + 1):
        yield f"after_{'_and_'.join(called[-count:])}"
    if any(step.startswith("for ") for step in steps):
        yield "after_many_calls"


def surrounding_words(steps: Sequence[str]) -> Iterator[str]:
    """Words for what a test sets around a call: the options of a command line, variables of the environment, switches."""
    text = "\n".join(steps)
    line = re.search(r"monkeypatch\.setattr\('sys\.argv', (\[.*\])\)", text)
    if line:
        options = [snake(word) for word in re.findall(r"'--?([A-Za-z][\w-]*)'", line[1])]
        if options:
            yield f"with_{'_and_'.join(options[:3])}"
        else:
            yield "for_a_file" if "tmp_path" in line[1] else "without_options"
        commands = re.findall(r"^\['\w+', '([a-z][\w-]*)'", line[1])
        yield from (f"for_{snake(command)}" for command in commands)
    for name, value in re.findall(r"monkeypatch\.setenv\('(\w+)', '([^']*)'\)", text):
        yield f"with_{snake(name)}_{snake(value)[:16]}".strip("_") if snake(value) else f"with_empty_{snake(name)}"
    for name, value in re.findall(r"monkeypatch\.setattr\('[\w.]*?(\w+)', (True|False)\)", text):
        yield f"{'with' if value == 'True' else 'without'}_{snake(name)}"
    typed = re.search(r"'sys\.stdin', [\w.(]*\(b?('[^']*')", text)
    if typed:
        yield (
            "with_no_input"
            if typed[1] == "''"
            else next(value_words(typed[1]), "").replace("of_", "with_input_", 1) or "with_input"
        )


def mock_words(program: Sequence[str]) -> Iterator[str]:
    """Words for what the methods of mocks do: `when_read_raises_os_error`, `when_read_returns_none`."""
    text = "\n".join(program)
    for method, error in re.findall(r"(\w+)=mock\.(?:Magic)?Mock\(side_effect=([\w.]+)\)", text):
        yield f"when_{snake(method)}_raises_{snake(error.rpartition('.')[2])}"
    for method, value in re.findall(r"(\w+)=mock\.(?:Magic)?Mock\(return_value=(None|True|False|''|b''|0)\)", text):
        yield f"when_{snake(method)}_returns_{RESULTS.get(value, value.lower())}"


GIVEN = {
    "None": "gives_none",
    "True": "is_true",
    "False": "is_false",
    "''": "gives_an_empty_string",
    "b''": "gives_no_bytes",
    "[]": "gives_an_empty_list",
    "()": "gives_an_empty_tuple",
    "{}": "gives_an_empty_dict",
    "set()": "gives_an_empty_set",
}


def result_words(checks: Sequence[str]) -> Iterator[str]:
    """Words for what a call gives, from its assertions: `gives_none`, `is_true`, `gives_3`, `gives_abc`."""
    for check in checks:
        found = re.fullmatch(r"(?:list\(\{v\}\)|\{v\}) (?:==|is) (.+)", check, re.DOTALL)
        part = re.fullmatch(r"\{v\}\.(\w+) (?:==|is) (.+)", check, re.DOTALL)
        if part and (said := GIVEN.get(part[2], "").replace("gives", "is", 1) or next(value_words(part[2]), "")):
            yield f"with_{snake(part[1])}_{re.sub('^(?:of|is)_', '', said)}"[:40].rstrip("_")
        if found is None:
            continue
        if found[1] in GIVEN:
            yield GIVEN[found[1]]
        else:
            words = next(value_words(found[1]), "")
            if words and len(words) < 30:
                yield words.replace("of_", "gives_", 1)


def message_words(message: str) -> Iterator[str]:
    """Words from the message of an exception, without the values in it: `must_be_the_same_length`."""
    spelled = re.sub(r"(?<=[a-z])n't\b", " not", message).replace("ca not", "can not")
    plain = re.sub(r"<[^<>]*>|\([^()]*\d[^()]*\)|'[^']*'|\"[^\"]*\"|\\.|\S*\d\S*|\.\*", " ", spelled)
    words = re.findall(r"[a-z]+(?:_[a-z]+)*", plain.lower())
    while words and words[0] in DULL:
        words.pop(0)
    words = words[:7]
    while words and words[-1] in DULL | LINKING:
        words.pop()
    if len(words) > 1:
        yield "_".join(words)


DULL = frozenset("a an the is are was error got please check that invalid value".split())
"""Words at the beginning or the end of a message that say nothing in a name."""

LINKING = frozenset("at of to in on for from with by and or as".split())
"""Words at the end of a message from which the value that followed was taken."""


class Names:
    """Allocates unique test names."""

    def __init__(self, taken: set[str]) -> None:
        """`taken` are the names of existing tests."""
        self._taken = set(taken)

    def pick(
        self,
        base: str,
        text: str,
        suffix: str = "",
        more: Sequence[str] = (),
        steps: Sequence[str] = (),
        checks: Sequence[str] = (),
    ) -> str:
        """A unique name for a test: the base name, then with words for what is special about the call or comes before it.

        `text` is the call; `more` are words to try before those derived from it; `steps` are the statements before it, `checks`
        its assertions. When nothing distinguishes two calls one is named `_with_other_values`; the last resort is `_case_a`.
        """
        start = f"{base}{suffix}"
        special = list(dict.fromkeys([*more, *details(text)]))
        before, values = (
            [*mock_words([*steps, text]), *surrounding_words(steps), *method_words(steps)],
            [*value_words(text), *(w for s in steps for w in value_words(s))],
        )
        words = [*special, *before]
        words += [f"{first}_{second}" for n, first in enumerate(special) for second in (*special[n + 1 :], *before)]
        given = list(result_words(checks))
        plain = [word for word in given if word in GIVEN.values()]
        words += plain
        words += [f"{first}_{second}" for second in plain for first in (*special, *before)]
        words += values
        words += [f"{first}_{second}" for first in (*before, *special) for second in values]
        words += [*given, *(f"{first}_{second}" for first in (*special, *before, *values) for second in given)]
        letters = [f"case_{a}{b}" for a in ("", *LETTERS) for b in LETTERS]
        others = ["without_arguments"] if re.fullmatch(r"[\w.]+\(\)", text) else []
        others += [f"with_{word}_values" for word in ("other", "further", "more")]
        options = (start, *(f"{start}_{word}" for word in (*words, *others, *letters)))
        name = next(option for option in options if option not in self._taken and len(option) < 90)
        self._taken.add(name)
        return name
