"""The models that a machine has and could run."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.config.schema import TaskConfig, TasksConfig
from codeassist.models import hub, machine
from codeassist.tasks.models import overview

SMALL, LARGE = machine.MODELS[0].name, machine.MODELS[-1].name


@pytest.fixture
def on(monkeypatch):
    def choose(name, gigabytes, *cached):
        monkeypatch.setattr(machine, "pick_device", lambda: machine.Device(name, "r", int(gigabytes * machine.GB)))
        monkeypatch.setattr(machine, "number_format", lambda *_: "float32" if name == "cpu" else "bfloat16")
        monkeypatch.setattr(hub, "cached", lambda: [hub.Cached(n, Path("/m"), 10) for n in cached])
        return {row.name: row for row in overview(Config()).runnable}

    return choose


def test_what_fits_depends_on_memory(on):
    rows = on("cuda", 80.0)
    assert {row.fits for row in rows.values()} == {"yes"}
    rows = on("cuda", 8.0)
    assert (rows[SMALL].fits, rows["Qwen/Qwen2.5-Coder-7B-Instruct"].fits, rows[LARGE].fits) == ("yes", "4bit", "no")
    rows = on("cpu", 8.0)
    assert (rows[SMALL].fits, rows["Qwen/Qwen2.5-Coder-7B-Instruct"].fits) == ("yes", "no")


def test_unknown_memory_is_said(on):
    assert {row.fits for row in on("cpu", 0).values()} == {"?"}


def test_four_bits_need_less_memory(on):
    assert all(0 < row.gigabytes_4bit < row.gigabytes for row in on("cuda", 80.0).values())


def test_downloaded_models_are_marked(on):
    rows = on("cpu", 8.0, SMALL, "some/other")
    assert [name for name, row in rows.items() if row.cached] == [SMALL]


def test_the_json_form_names_the_models_of_tasks(on):
    on("cpu", 8.0, "some/other")
    config = Config(model=ModelConfig(name="openai:a"), tasks=TasksConfig(gen_tests=TaskConfig(model="openai:b")))
    value = overview(config).as_json()
    assert (value["schema"], value["configured"]) == ("codeassist.models/1", "openai:a")
    assert value["tasks"] == {"ask": "", "gen-tests": "openai:b", "review": ""}
    assert value["cached"] == [{"name": "some/other", "bytes": 10}]
    assert value["device"] == {"name": "cpu", "reason": "r", "free_bytes": 8 * machine.GB}
    assert [row["name"] for row in value["runnable"]] == [model.name for model in machine.MODELS]
