"""A running server for the shop."""

from __future__ import annotations

import pytest

pytest.importorskip("fastapi")

from tests.codeassist.http.running import serving


@pytest.fixture
def server(indexed):
    with serving(indexed) as running:
        yield running
