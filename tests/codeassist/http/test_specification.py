"""The server against its own OpenAPI specification: generated requests, with a small budget and a fixed seed."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

schemathesis = pytest.importorskip("schemathesis")

SKIPPED = ("/v1/tests", "/v1/index")
"""Their POST starts work that outlives the test; the tests of jobs cover them."""


def answers(operation, server, tried):
    """A test that sends generated requests to one operation."""
    from schemathesis import checks
    from schemathesis.specs.openapi import checks as openapi_checks

    chosen = [
        checks.not_a_server_error,
        openapi_checks.status_code_conformance,
        openapi_checks.content_type_conformance,
        openapi_checks.response_schema_conformance,
    ]

    @seed(1)
    @settings(max_examples=6, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case):
        response = case.call(base_url=server.url)
        assert response.status_code != 500, case.as_curl_command()
        if response.status_code not in (502, 503):  # documented answers of a server, which that check refuses
            case.validate_response(response, checks=chosen)
        tried.add((operation.method, operation.path))

    return ask


def test_generated_requests_are_answered_as_specified(server):
    specification = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    tried = set()
    operations = [found.ok() for found in specification.get_all_operations()]
    for operation in operations:
        if operation.method != "post" or operation.path not in SKIPPED:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answers(operation, server, tried)()
    assert len(tried) > 18
    assert server.get("/health").json()["status"] == "ok"
