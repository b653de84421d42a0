"""Values against JSON schemas. Nothing is fetched: a schema refers to its own parts, or to the published meta-schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LONGEST = 300
"""Characters of a fault that are shown: it may quote the value."""


def fault_in_schema(schema: Any) -> str:
    """Why something cannot be used as a schema; empty when it can."""
    import jsonschema
    from referencing import Registry
    from referencing.exceptions import NoSuchResource, Unresolvable
    from referencing.jsonschema import DRAFT202012

    kind = jsonschema.validators.validator_for(schema if isinstance(schema, dict) else {})
    try:
        kind.check_schema(schema)
        references = list(_references(schema)) if isinstance(schema, dict) else []
    except jsonschema.SchemaError as error:
        return error.message[:LONGEST]
    except RecursionError:
        return "it is nested too deep"
    if any("$id" in part for part in _parts(schema) if part is not schema):
        return ""  # what a reference means depends on where it stands: that is seen when it is used
    root: Registry[Any] = Registry()
    resolver = root.resolver_with_root(DRAFT202012.create_resource(schema))
    published: Any = jsonschema.validators.validator_for
    for reference in references:
        if published({"$schema": reference}, default=None) is not None:  # a meta-schema
            continue
        try:
            resolver.lookup(reference)
        except (Unresolvable, NoSuchResource, ValueError):
            return f"it refers to {reference[:LONGEST]!r}, which is not in it; nothing is fetched"
    return ""


def fault_in_value(value: Any, schema: Mapping[str, Any]) -> tuple[str, str]:
    """(where in a value, why it does not fit a schema there); empty texts when it fits."""
    import jsonschema
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    kind = jsonschema.validators.validator_for(schema)
    try:
        error = jsonschema.exceptions.best_match(kind(schema, registry=Registry()).iter_errors(value))
    except Unresolvable as unresolved:
        return "schema", f"it refers to {unresolved.ref[:LONGEST]!r}, which is not in it"
    except RecursionError:
        return "schema", "it or the value is nested too deep"
    if error is None:
        return "", ""
    return "/".join(map(str, error.absolute_path)) or "the value", error.message[:LONGEST]


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema, itself included."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(inner)


def _references(schema: Any) -> Iterator[str]:
    return (part[key] for part in _parts(schema) for key in ("$ref", "$dynamicRef") if isinstance(part.get(key), str))
