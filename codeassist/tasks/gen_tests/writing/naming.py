"""Names of tests: what is called, and what is special about the call, in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

OPERATORS = {
    "__eq__": "equality",
    "__ne__": "inequality",
    "__lt__": "less_than",
    "__le__": "at_most",
    "__gt__": "greater_than",
    "__ge__": "at_least",
    "__add__": "addition",
    "__radd__": "addition_from_the_right",
    "__sub__": "subtraction",
    "__rsub__": "subtraction_from_the_right",
    "__mul__": "multiplication",
    "__rmul__": "multiplication_from_the_right",
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
    "__str__": "text",
    "__repr__": "representation",
    "__bool__": "truth",
    "__hash__": "hash",
    "__and__": "intersection",
    "__or__": "union",
    "__rand__": "intersection_from_the_right",
    "__ror__": "union_from_the_right",
    "__xor__": "symmetric_difference",
    "__rxor__": "symmetric_difference_from_the_right",
    "__call__": "call",
    "__invert__": "inversion",
    "__abs__": "absolute_value",
    "__int__": "integer",
    "__float__": "float",
    "__iadd__": "addition_in_place",
    "__isub__": "subtraction_in_place",
    "__ior__": "union_in_place",
    "__iand__": "intersection_in_place",
    "__ixor__": "symmetric_difference_in_place",
    "__pos__": "plus",
}


def snake(name: str) -> str:
    """`IndexedSet.iter_slice` as `indexed_set_iter_slice`."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.replace(".", "_"))
    return re.sub(r"_+", "_", re.sub(r"\W", "_", text)).strip("_").lower()


def base_name(target: str) -> str:
    """`test_...` for a target's qualified name."""
    owner, _, last = target.rpartition(".")
    return "_".join(part for part in ("test", snake(owner), OPERATORS.get(last, snake(last))) if part)


def details(text: str) -> Iterator[str]:
    """Words for what is special about a call, most telling first."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    call = next((n for n in ast.walk(tree) if isinstance(n, ast.Call)), None)
    if call is not None and call.keywords and all(k.arg for k in call.keywords):
        yield "with_" + "_and_".join(dict.fromkeys(snake(str(k.arg)) for k in call.keywords))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            value = node.value
            if value is None:
                yield "of_none"
            elif value in ("", b""):
                yield "of_empty_text"
            elif isinstance(value, str) and value != value.strip():
                yield "of_padded_text"
            elif isinstance(value, str) and not value.isascii():
                yield "of_accented_text"
            elif isinstance(value, str) and value.isupper():
                yield "of_capitals"
            elif isinstance(value, str) and re.fullmatch(r"[\d.]+", value):
                yield "of_digits"
            elif value is True or value is False:
                yield f"of_{str(value).lower()}"
            elif value == 0:
                yield "of_zero"
            elif isinstance(value, int | float) and abs(value) >= 1_000_000:
                yield "of_a_large_number"
            elif isinstance(value, float):
                yield "of_a_fraction"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield "of_a_negative_number"
        elif isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set) and not getattr(
            node, "elts", getattr(node, "keys", None)
        ):
            yield f"of_an_empty_{type(node).__name__.lower()}"
        elif isinstance(node, ast.Lambda):
            yield "with_a_function"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "iter":
            yield "of_an_iterator"


class Names:
    """Hands out names that are not taken."""

    def __init__(self, taken: set[str]) -> None:
        """`taken` are names of tests that exist."""
        self._taken = set(taken)

    def pick(self, base: str, text: str, suffix: str = "", more: Sequence[str] = ()) -> str:
        """A name for a test: its base, with what is special about it until it is free, else numbered.

        `text` is the call; `more` are words to try before those that are read from it.
        """
        options = [f"{base}{suffix}"]
        options += [f"{base}{suffix}_{words}" for words in dict.fromkeys([*more, *details(text)])]
        if len(options) > 2:
            options.append("_".join([options[1], options[2].removeprefix(f"{base}{suffix}_")]))
        options += [f"{base}{suffix}_{n}" for n in range(2, 400)]
        name = next(option for option in options if option not in self._taken and len(option) < 90)
        self._taken.add(name)
        return name
