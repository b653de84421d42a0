"""A run as OpenTelemetry traces."""

from __future__ import annotations

import json
import re

from codeassist.runs.otlp import traces
from codeassist.runs.store import Run, RunParameters

RUN = Run(
    "ask",
    "where is auth",
    "openai:gpt-5-mini",
    "ask@1.1.0",
    parameters=RunParameters(prompts=["ask@1.1.0"]),
    messages=[[{"role": "user", "content": "secret question"}]],
    output="In `login` [1].",
    input_tokens=10,
    cost=0.5,
    seconds=1.5,
    id=3,
    time="2026-01-02T03:04:05.000+00:00",
)


def spans(run, **how):
    return traces(run, **how)["resourceSpans"][0]["scopeSpans"][0]["spans"]


def values(span):
    return {a["key"]: next(iter(a["value"].values())) for a in span["attributes"]}


def test_a_run_is_a_span_with_one_for_each_call():
    run, call = spans(RUN)
    assert re.fullmatch(r"[0-9a-f]{32}", run["traceId"])
    assert re.fullmatch(r"[0-9a-f]{16}", run["spanId"])
    assert (call["traceId"], call["parentSpanId"], call["kind"]) == (run["traceId"], run["spanId"], 3)
    assert int(run["endTimeUnixNano"]) - int(run["startTimeUnixNano"]) == 1_500_000_000
    assert values(run)["gen_ai.usage.input_tokens"] == "10"
    assert values(call)["gen_ai.request.model"] == "gpt-5-mini"
    assert values(call)["codeassist.prompt"] == "ask@1.1.0"
    assert run["status"] == {"code": 1}


def test_texts_are_left_out_unless_asked_for_and_an_error_is_the_status():
    assert "secret" not in json.dumps(traces(RUN))
    assert "secret question" in json.dumps(traces(RUN, texts=True))
    failed = Run("ask", "q", error="It broke.", id=4, time=RUN.time)
    assert spans(failed)[0]["status"] == {"code": 2, "message": "It broke."}
