"""Each record has the names of its prompt's schema, and needs nothing that the schema leaves out."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from codeassist.prompts.format import read
from codeassist.prompts.library import built_in
from codeassist.prompts.records import RECORDS


def _schemas(record: type[msgspec.Struct]) -> dict[str, Any]:
    """(schema of a record, with every reference resolved one level down)."""
    (schema,), parts = msgspec.json.schema_components([record], ref_template="{name}")
    return {"root": parts[schema["$ref"]], **parts}


def _compare(declared: dict[str, Any], expected: dict[str, Any], parts: dict[str, Any]) -> None:
    assert set(declared["properties"]) >= set(expected["properties"])
    assert set(expected.get("required", ())) <= set(declared["required"])
    for name, property_ in expected["properties"].items():
        if "items" in property_ and "$ref" in property_["items"]:
            _compare(declared["properties"][name]["items"], parts[property_["items"]["$ref"]], parts)


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_a_record_fits_the_schema_of_its_prompt(name: str) -> None:
    prompt = read(built_in() / f"{name}.prompty")
    parts = _schemas(RECORDS[name])
    _compare(prompt.needed_schema, parts["root"], parts)


def test_every_shipped_schema_has_a_record_or_is_read_as_it_is() -> None:
    with_schema = {path.stem for path in built_in().glob("*.prompty") if read(path).schema is not None}
    assert with_schema - set(RECORDS) == {"judge"}
