"""Tests in other languages are read in a process of their own, which gives what reading them here gives."""

from __future__ import annotations

import pytest

from codeassist.deadline import Deadline
from codeassist.tasks.test_audit.languages import read_tests, trees
from tests.codeassist.tasks.test_audit.test_languages import GO, JAVA, RUST, TYPESCRIPT
from tests.conftest import write

FILES = {"price.test.ts": TYPESCRIPT, "price_test.go": GO, "PriceTest.java": JAVA, "tests/price.rs": RUST}


@pytest.mark.parametrize("path", FILES)
def test_the_process_gives_what_reading_gives(tmp_path, path):
    found, unread = read_tests(write(tmp_path, FILES), [path], Deadline(60))
    assert unread == []
    assert len(found[path]) > 1
    assert found[path] == trees.tests_in(path, FILES[path].encode())
