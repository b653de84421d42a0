"""A recorded run as OpenTelemetry traces in OTLP's JSON form: a span for the run and one for each call to a model.

Attributes follow the semantic conventions for generative AI (`gen_ai.*`); what they have no name for starts with `codeassist.`.
The texts of questions, messages and answers are left out unless they are asked for.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from codeassist.runs.store import Run

INTERNAL, CLIENT = 1, 3
OK, ERROR = 1, 2


def traces(run: Run, *, texts: bool = False) -> dict[str, Any]:
    """The run as an `ExportTraceServiceRequest`, as a collector takes it at `/v1/traces`. Times are those of the record."""
    end = int(datetime.fromisoformat(run.time).timestamp() * 1e9) if run.time else 0
    start = end - int(run.seconds * 1e9)
    trace = _hex(f"{run.id} {run.time} {run.question}", 32)
    root = _hex(f"{trace} run", 16)
    spans = [_span(trace, root, "", f"codeassist {run.command}", INTERNAL, (start, end), _of_run(run, texts=texts), run.error)]
    provider, _, model = run.model.partition(":")
    for number, messages in enumerate(run.messages, 1):
        attributes: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": provider,
            "gen_ai.request.model": model or run.model,
            "codeassist.call": number,
        }
        if number <= len(run.parameters.prompts):
            attributes["codeassist.prompt"] = run.parameters.prompts[number - 1]
        if texts:
            attributes["gen_ai.input.messages"] = "\n\n".join(f"{m['role']}: {m['content']}" for m in messages)
        spans.append(_span(trace, _hex(f"{trace} {number}", 16), root, f"chat {model}", CLIENT, (start, end), attributes, ""))
    resource = {"attributes": _attributes({"service.name": "codeassist"})}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "codeassist"}, "spans": spans}]}]}


def _of_run(run: Run, *, texts: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "codeassist.run": run.id,
        "codeassist.prompt": run.prompt,
        "codeassist.prompt_hash": run.prompt_hash,
        "codeassist.rating": run.rating,
        "codeassist.citations": len(run.citations),
        "gen_ai.usage.input_tokens": run.input_tokens,
        "gen_ai.usage.output_tokens": run.output_tokens,
    }
    if run.cost is not None:
        attributes["codeassist.cost"] = float(run.cost)
    return attributes | ({"codeassist.question": run.question, "gen_ai.output.messages": run.output} if texts else {})


def _span(
    trace: str, span: str, parent: str, name: str, kind: int, times: tuple[int, int], attributes: dict[str, Any], error: str
) -> dict[str, Any]:
    return {
        "traceId": trace,
        "spanId": span,
        **({"parentSpanId": parent} if parent else {}),
        "name": name,
        "kind": kind,
        "startTimeUnixNano": str(times[0]),
        "endTimeUnixNano": str(times[1]),
        "attributes": _attributes(attributes),
        "status": {"code": ERROR, "message": error} if error else {"code": OK},
    }


def _attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items() if value not in ("", None)]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": str(value)}


def _hex(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
