"""Indexes of a few files, for tests of what refers to what."""

from __future__ import annotations

import pytest

from indexers import Index
from tests.conftest import write


@pytest.fixture
def built(tmp_path):
    """Build an index of some files."""
    opened = []

    def build(files):
        index = Index.build(write(tmp_path, files))
        opened.append(index)
        return index

    yield build
    for index in opened:
        index.close()


def uses(index, name, resolution="resolved"):
    return [(u.path, u.line, u.kind) for u in index.callers(name) if u.resolution == resolution]
