"""clippy: its findings on changed lines; the project is not written to."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess

import pytest

from tests.codeassist.tasks.review.analysers.linters.conftest import findings_of
from tests.conftest import write


def has(*command):
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has("cargo", "clippy", "--version"), reason="cargo has no clippy")
def test_clippy(repository, monkeypatch, tmp_path):
    home = os.path.expanduser(f"~{getpass.getuser()}")
    monkeypatch.setenv("RUSTUP_HOME", os.environ.get("RUSTUP_HOME") or f"{home}/.rustup")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    code = "pub fn one() -> i32 {\n    return 1;\n}\n"
    manifest = '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n'
    lock = 'version = 4\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n'
    root = repository({"shop/Cargo.toml": manifest, "shop/src/lib.rs": code, "shop/Cargo.lock": lock})
    write(root, {"shop/src/lib.rs": code + "\npub fn two() -> i32 {\n    return 2;\n}\n"})
    assert findings_of(root, "clippy/") == [("clippy/needless_return", "warning", "shop/src/lib.rs", 6)]
    assert sorted(path.name for path in (root / "shop").iterdir()) == ["Cargo.lock", "Cargo.toml", "src"]
    assert findings_of(root, "clippy/", project_tools=False) == []
