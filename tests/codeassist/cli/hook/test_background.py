"""Why a recording in the background left something out is kept for the next commits."""

from __future__ import annotations

import os

from codeassist.cli.hook.background import failure, keep_failure, recording
from codeassist.workspace import contexts_file


def test_a_reason_is_kept_for_its_user_alone_until_it_is_forgotten(tmp_path):
    with recording(tmp_path):
        keep_failure(tmp_path, "no module named é")
    assert failure(tmp_path) == "no module named é"
    kept = [file for file in contexts_file(tmp_path).parent.glob("*.failure") if file.stat().st_size]
    assert os.name == "nt" or [file.stat().st_mode & 0o777 for file in kept] == [0o600]
    keep_failure(tmp_path, "")
    assert failure(tmp_path) == ""


def test_a_reason_with_a_file_name_that_is_not_utf8_is_kept(tmp_path):
    with recording(tmp_path):
        keep_failure(tmp_path, "cannot import test_\udcff.py")
    assert failure(tmp_path) == "cannot import test_?.py"
