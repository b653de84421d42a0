"""What keeps git waiting is found, in linear time."""

from __future__ import annotations

import os
import time

import pytest

from indexers.files.blocking import blocking_file
from tests.conftest import write


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes")
@pytest.mark.parametrize("line", ["\tpath = ../pipe", 'excludesFile="../pipe"', "  attributesfile =   ../pipe ; why"])
def test_a_pipe_that_the_configuration_names_is_found(tmp_path, line):
    write(tmp_path, {".git/config": f"[core]\n{line}\n"})
    os.mkfifo(tmp_path / "pipe")
    found = blocking_file(tmp_path)
    assert found is not None
    assert found.resolve() == (tmp_path / "pipe").resolve()


def test_a_configuration_of_empty_lines_is_read_in_linear_time(tmp_path):
    write(tmp_path, {".git/config": "\n" * 900_000})
    started = time.process_time()
    assert blocking_file(tmp_path) is None
    assert time.process_time() - started < 5.0  # in quadratic time it takes an hour
