"""A repository and programs for hooks."""

from __future__ import annotations

import pytest


@pytest.fixture
def root(repository):
    return repository({"a.py": "x = 1\n"})


def program(path, body):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path
