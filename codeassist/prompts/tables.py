"""Data files of cases: CSV with a header, or JSON Lines; each row is one case.

A column is an input, `name`, `question`, `response`, or `expect.KIND` for an assertion of that kind (none: an empty cell).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from codeassist.errors import PromptError
from indexers.files.reading import read_text

MOST_BYTES = 8_000_000
MOST_ROWS = 5_000
_OWN = ("name", "question", "response")


def read_rows(
    entry: Mapping[str, Any], path: Path, where: str, types: Mapping[str, str]
) -> Iterator[tuple[dict[str, Any], int]]:
    """The cases of an entry `{data: FILE, expect: ...}` with their lines; what else the entry states applies to every row.

    `types` are the inputs of the prompt. Raises `PromptError` with file and line.
    """
    name = str(entry["data"])
    file = (path.parent / name).resolve()
    if not file.is_relative_to(path.parent.resolve()):
        raise PromptError(f"{where}: the data file {name} is outside the folder of the prompt.")
    common = {key: value for key, value in entry.items() if key != "data"}
    try:
        text = read_text(file, encoding="utf-8-sig", limit=MOST_BYTES)
    except (OSError, ValueError) as error:
        raise PromptError(f"{where}: cannot read the data file {name}: {getattr(error, 'strerror', None) or error}.") from error
    rows = _json_lines(text, file) if file.suffix in (".jsonl", ".ndjson") else _csv(text, file)
    for count, (row, line) in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise PromptError(f"{file}:{line}: a data file may have {MOST_ROWS} rows.")
        yield _as_case(row, common, f"{file.name} row {count}", f"{file}:{line}", types), line


def _csv(text: str, file: Path) -> Iterator[tuple[dict[str, Any], int]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if None in row:
                raise PromptError(f"{file}:{reader.line_num}: the row has more cells than the header.")
            yield {key: value for key, value in row.items() if value not in (None, "")}, reader.line_num
    except csv.Error as error:
        raise PromptError(f"{file}:{reader.line_num}: not valid CSV: {error}.") from error


def _json_lines(text: str, file: Path) -> Iterator[tuple[dict[str, Any], int]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise PromptError(f"{file}:{number}: not valid JSON: {error}.") from error
        if not isinstance(row, dict):
            raise PromptError(f"{file}:{number}: a row must be a JSON object.")
        yield row, number


def _as_case(row: dict[str, Any], common: dict[str, Any], name: str, where: str, types: Mapping[str, str]) -> dict[str, Any]:
    """A row as an entry of `cases`. Raises `PromptError` for a column that is nothing of a case."""
    inputs = dict(common.get("inputs") or {})
    expect = list(common.get("expect") or [])
    case = {**common, "name": name}
    for column, value in row.items():
        if column in _OWN and not (column == "question" and "context" in {*row, *inputs}):  # its context is given: an input
            case[column] = str(value)
        elif column.startswith("expect."):
            kind = column.removeprefix("expect.")
            expect.append({kind: int(value) if kind == "cites" and re.fullmatch(r"[0-9]{1,9}", str(value)) else value})
        elif column in types:
            inputs[column] = _typed(value, types[column], where, column)
        else:
            raise PromptError(f"{where}: the column '{column}' is neither an input of the prompt nor a part of a case.")
    return {**case, "inputs": inputs, "expect": expect}


def _typed(value: Any, kind: str, where: str, column: str) -> Any:
    """A cell as a value of an input's type: cells of CSV are text."""
    if kind == "string" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise PromptError(f"{where}: '{value[:40]}' in the column '{column}' is not a valid {kind}: {error}.") from error
