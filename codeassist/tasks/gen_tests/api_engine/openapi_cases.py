"""The requests that tests send to the operations of an OpenAPI description. Runs inside the sandbox beside `probe`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from _codeassist_api_edges import edges, special  # type: ignore[import-not-found]
from _codeassist_api_request import FORMATS, SAMPLES, WRONG, ApiRequest  # type: ignore[import-not-found]


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Cases of every operation of an OpenAPI description, all without a login.

    Each operation as described, then with one required value missing or of a wrong type.
    """
    cases: list[dict[str, Any]] = []
    for path, item in document.get("paths", {}).items():
        for method in item:
            if method in ("get", "post", "put", "patch", "delete"):
                cases += _operation_cases(path, method, item, document)
    return cases


def _operation_cases(path: str, method: str, item: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    operation = item[method]
    parameters = [_resolve(p, document) for p in [*item.get("parameters", ()), *operation.get("parameters", ())]]
    content = _resolve(operation.get("requestBody", {}), document).get("content", {})
    body_schema = _resolve(content.get("application/json", {}).get("schema", {}), document)
    request = replace(
        _with_parameters(_operation_name(path, method, operation), method.upper(), path, parameters, document),
        body=sample(body_schema, document) if body_schema else None,
        documented=sorted(operation.get("responses", {})),
    )
    cases = [request.case()]
    for parameter in parameters:
        cases += _parameter_cases(request, parameter, document)
    return cases + _body_cases(request, body_schema, document)


def _operation_name(path: str, method: str, operation: dict[str, Any]) -> str:
    """The operation id without the path and method that frameworks append to it."""
    name = re.sub(r"[\W_]+", "_", operation.get("operationId", f"{method}_{path}")).strip("_")
    return name.removesuffix(f"_{method}").removesuffix("_" + re.sub(r"[\W_]+", "_", path).strip("_")) or name


def _with_parameters(
    name: str, method: str, template: str, parameters: list[dict[str, Any]], document: dict[str, Any]
) -> ApiRequest:
    """A request with sample values for the path parameters and the required query and header parameters."""
    path = template
    query: dict[str, Any] = {}
    headers: dict[str, str] = {}
    for parameter in parameters:
        value = sample(_resolve(parameter.get("schema", {}), document), document)
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(value))
        elif parameter.get("required") and parameter["in"] == "query":
            query[parameter["name"]] = value
        elif parameter.get("required") and parameter["in"] == "header":
            headers[parameter["name"]] = str(value)
    return ApiRequest(name, method, path, query=query, headers=headers, template=template)


def _parameter_cases(request: ApiRequest, parameter: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    """Cases with the parameter missing, of a wrong type, or at the edges of its type."""
    cases = []
    name, place = parameter["name"], parameter["in"]
    kind = _kind(parameter.get("schema", {}), document)
    typed = kind in ("integer", "number", "boolean")
    for word, value in edges(kind, place):
        if place == "path":
            path = request.template.replace("{" + name + "}", str(value))
            cases.append(request.case(special(word, name), path=re.sub(r"\{\w+\}", "1", path)))
        elif place == "query":
            cases.append(request.case(special(word, name), query=request.query | {name: value}))
    if place == "path" and typed:
        bad_path = re.sub(r"\{\w+\}", "1", request.template.replace("{" + name + "}", "not-a-number"))
        cases.append(request.case(f"with_a_bad_{name}", path=bad_path))
    if place == "query" and parameter.get("required"):
        cases.append(request.case(f"without_{name}", query={k: v for k, v in request.query.items() if k != name}))
    if place == "query" and typed:
        cases.append(request.case(f"with_a_bad_{name}", query=request.query | {name: "not-a-number"}))
    return cases


def _body_cases(request: ApiRequest, schema: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    """Cases with one required field of the body missing or of a wrong type."""
    body = request.body
    if not isinstance(body, dict):
        return []
    cases = []
    for field_name in schema.get("required", ()):
        cases.append(request.case(f"without_{field_name}", body={k: v for k, v in body.items() if k != field_name}))
        kind = _kind(schema.get("properties", {}).get(field_name, {}), document)
        if kind in WRONG:
            cases.append(request.case(f"with_a_bad_{field_name}", body=body | {field_name: WRONG[kind]}))
    for field_name, described in schema.get("properties", {}).items():
        for word, value in edges(_kind(described, document), "body"):
            cases.append(request.case(special(word, field_name), body=body | {field_name: value}))
    return cases


def _kind(schema: Any, document: dict[str, Any]) -> str:
    """The type of a schema; of alternatives, the first that is not null."""
    schema = _resolve(schema, document)
    for key in ("anyOf", "oneOf", "allOf"):
        kinds = [_kind(option, document) for option in schema.get(key, ())]
        if kinds:
            return next((kind for kind in kinds if kind not in ("", "null")), "")
    kind = schema.get("type", "object" if "properties" in schema else "")
    return kind if isinstance(kind, str) else next((k for k in kind if k != "null"), "")


def sample(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> Any:
    """A simple value that conforms to a JSON schema."""
    schema = _resolve(schema, document)
    for key in ("example", "default", "const"):
        if key in schema and schema[key] is not None:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return sample(schema[key][0], document, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if kind == "object" and depth < 6:
        required = schema.get("required", ())
        return {k: sample(v, document, depth + 1) for k, v in schema.get("properties", {}).items() if k in required}
    if kind == "array" and schema.get("minItems"):
        return [sample(schema.get("items", {}), document, depth + 1)] * int(schema["minItems"])
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1 if "exclusiveMinimum" in schema else 1)
        return min(low, schema.get("maximum", low)) if "minimum" in schema or "exclusiveMinimum" in schema else SAMPLES[kind]
    if kind == "string":
        text = FORMATS.get(schema.get("format", ""), "example")
        return text.ljust(int(schema.get("minLength", 0)), "x")[: int(schema.get("maxLength", 10_000))]
    return SAMPLES.get(kind)


def _resolve(schema: Any, document: dict[str, Any]) -> dict[str, Any]:
    for _ in range(10):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        node: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            node = node.get(part, {})
        schema = node
    return schema if isinstance(schema, dict) else {}
