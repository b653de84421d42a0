"""The report on an installation and an index: what is wrong, and the command that fixes it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.config.schema import IndexConfig
from codeassist.models import machine
from codeassist.tasks.doctor import Check, Diagnosis, checks, examine
from codeassist.workspace import build
from tests.conftest import write


@pytest.fixture(autouse=True)
def _device(monkeypatch):
    """A device of its own: the real one takes a second to load."""
    monkeypatch.setattr(checks, "pick_device", lambda: machine.Device("cpu", "chosen by the test", 3 * machine.GB))


def named(root, config=None):
    return {check.name: check for check in examine(root, config or Config()).checks}


def test_an_installation_with_an_index_is_healthy(shop):
    build(shop, Config()).close()
    result = examine(shop, Config())
    assert result.ok
    found = {check.name: check for check in result.checks}
    assert found["index"].detail.endswith("healthy and up to date")
    assert found["device"].detail == "cpu: chosen by the test, 3.0 GB free"
    assert found["encoder"].detail.startswith("static")
    assert (found["model"].ok, found["model"].fix) == (None, "codeassist models")
    assert found["SQLite FTS5"].ok


def test_a_missing_index_is_no_failure_but_has_a_command(shop):
    check = named(shop)["index"]
    assert (check.ok, check.fix) == (None, "codeassist index")
    assert not (shop / ".codeassist").exists()


def test_changed_files_are_counted(shop):
    build(shop, Config()).close()
    write(shop, {"shop/auth.py": "x = 1\n", "new.py": "y = 1\n"})
    check = named(shop)["index"]
    assert check.ok
    assert "2 files changed since then" in check.detail
    assert check.fix == "codeassist index"


def test_a_damaged_index_is_a_failure(shop):
    build(shop, Config()).close()
    next((shop / ".codeassist").glob("vectors-*")).write_bytes(b"junk")
    check = named(shop)["index"]
    assert (check.ok, check.fix) == (False, "codeassist index --rebuild")


def test_an_encoder_or_model_that_cannot_be_loaded_is_a_failure(shop):
    config = Config(index=IndexConfig(encoder="nonsense:x"), model=ModelConfig(name="nonsense:y"))
    found = named(shop, config)
    assert found["encoder"].ok is False
    assert "encoder = " in found["encoder"].fix
    assert found["model"].ok is False
    assert "nonsense" in found["model"].detail


def test_an_encoder_that_is_not_on_this_machine_is_not_downloaded(shop, monkeypatch):
    build(shop, Config()).close()
    monkeypatch.setattr(checks, "needs_download", lambda name: name == "sentence-transformers/absent")
    monkeypatch.setattr(checks.workspace, "index_options", None)  # loading it would fail
    config = Config(index=IndexConfig(encoder="sentence-transformers/absent"))
    check = checks._encoder(config)
    assert (check.ok, check.detail) == (None, "sentence-transformers/absent is not on this machine yet")
    assert check.fix == "'codeassist index' downloads it"


def test_missing_packages_are_failures_and_missing_extras_are_not(shop, monkeypatch):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(checks, "version", missing)
    monkeypatch.setattr(checks, "find_spec", lambda _: None)
    result = examine(shop, Config())
    found = {check.name: check for check in result.checks}
    assert not result.ok
    assert found["numpy"].ok is False
    assert "codeassist-repo" in found["numpy"].fix
    assert found["extra local"].ok is None
    assert found["extra local"].fix == "pip install 'codeassist-repo[local]'"


@pytest.mark.parametrize(("states", "ok"), [([True, None], True), ([None], True), ([], True), ([True, False, None], False)])
def test_only_a_failed_check_fails_the_report(states, ok):
    assert Diagnosis([Check("x", state, "d") for state in states]).ok is ok


def test_the_json_form_lists_the_checks_in_order():
    value = Diagnosis([Check("b", None, "d", "do it"), Check("a", True, "e")]).as_json()
    assert value == {
        "schema": "codeassist.doctor/2",
        "checks": [
            {"name": "b", "ok": None, "detail": "d", "fix": "do it"},
            {"name": "a", "ok": True, "detail": "e", "fix": ""},
        ],
    }
