"""A parametrised test: the columns are the values that differ between observations of the same shape."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codeassist.tasks.gen_tests.writing.parametrize import Shape

WIDTH = 120

_SINGLETONS = ("True", "False", "None")


@dataclass(slots=True)
class Table:
    """A parametrised test: the names of its columns, its rows as source text, and the lines of its body."""

    header: list[str]
    rows: list[list[str]]
    lines: list[str]

    def text(self, name: str) -> str:
        """The source text of the test function."""
        decorator = _parametrize(self.header, self.rows)
        return "\n".join([decorator, f"def {name}({', '.join(self.header)}):", *(f"    {line}" for line in self.lines)])

    @property
    def besides(self) -> list[str]:
        """The argument columns after the first: they distinguish this table from one with fewer arguments."""
        return [c for c in self.header[1:] if not c.startswith("expected") and c not in ("message", "error", "right")]


def table(shapes: Sequence[Shape]) -> Table | None:
    """A table of observations of the same shape; None when they are all equal."""
    first = shapes[0]
    rows = list(dict.fromkeys(tuple(value for _, value in s.holes) for s in shapes))
    varying = [n for n in range(len(first.holes)) if len({row[n] for row in rows}) > 1]
    if not varying:
        return None
    columns = _columns(first, varying)
    constant_objects = {n: name for n, name in first.objects.items() if n not in varying}  # constructed once, in the test body
    lines = [f"{name} = {first.holes[n][1]}" for n, name in constant_objects.items()]
    lines += [_filled(line, first, rows, columns | constant_objects) for line in first.lines]
    return Table([columns[n] for n in varying], [[row[n] for n in varying] for row in rows], lines)


def _columns(first: Shape, varying: list[int]) -> dict[int, str]:
    """A name for each column: its hint, changed where the test itself uses that name."""
    body = "\n".join(f"{line} pass" if line.startswith("with ") else line.strip() for line in first.lines)
    taken = {"request", *keyword.kwlist, *(n.id for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Name))}
    expected = [n for n in varying if first.holes[n][0].startswith("expected")]
    columns: dict[int, str] = {}
    for n in varying:
        hint = first.holes[n][0]
        name = "expected" if n in expected else hint
        if n in expected and len(expected) > 1:
            line = next(line for line in first.lines if f"_hole{n}_" in line)
            asserted = re.sub(r"_hole\d+_", "", line.removeprefix("assert ").partition(" == ")[0])
            words = re.findall(r"[a-z_]\w*", asserted)
            name = f"expected_{words[-1] if words[-1:] != ['result'] else words[0]}" if words else "expected"
        options = [name, "other" if name == "right" else f"{name}_", *(f"{name}_{i}" for i in range(2, 20))]
        columns[n] = next(o for o in options if o not in taken and o not in columns.values())
    return columns


def _filled(line: str, first: Shape, rows: Sequence[tuple[str, ...]], columns: Mapping[int, str]) -> str:
    """A line of the test with each hole replaced by its column or, if all rows have the same value, by that value."""
    for n, (hint, value) in enumerate(first.holes):
        if f"_hole{n}_" not in line:
            continue
        if hint.startswith("expected") and all(row[n] in _SINGLETONS for row in rows):
            line = line.replace(f" == _hole{n}_", f" is _hole{n}_")
        line = columns.get(n, value).join(line.split(f"_hole{n}_"))
    return plainly(line)


def plainly(line: str) -> str:
    """Simplify `assert (a in b) is True` to `assert a in b` and `... is False` to `assert a not in b`; keep other lines."""
    match = re.fullmatch(r"assert \((.+)\) is (True|False)", line)
    try:
        node = ast.parse(match[1], mode="eval").body if match else None
    except SyntaxError:
        return line
    if match is None or not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return line
    if match[2] == "True":
        return f"assert {match[1]}"
    opposite = {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}.get(type(node.ops[0]))
    if opposite is None:
        return line
    node.ops = [opposite()]
    return f"assert {ast.unparse(node)}"


def _parametrize(header: list[str], rows: list[list[str]]) -> str:
    single = len(header) == 1
    shown = [row[0] if single else f"({', '.join(row)})" for row in rows]
    names = f'"{header[0]}"' if single else "(" + ", ".join(f'"{h}"' for h in header) + ")"
    decorator = f"@pytest.mark.parametrize({names}, [{', '.join(shown)}])"
    if len(decorator) <= WIDTH:
        return decorator
    return "\n".join([f"@pytest.mark.parametrize({names}, [", *(f"    {row}," for row in shown), "])"])
