"""What this machine can run, without torch."""

from __future__ import annotations

import pytest

from codeassist.models import machine


def test_without_torch_a_model_would_run_on_the_cpu(monkeypatch):
    monkeypatch.setattr(machine, "find_spec", lambda name: None)
    monkeypatch.setattr(machine, "free_memory", lambda: 123)
    assert machine.pick_device("cuda") == machine.Device("cpu", "torch is not installed", 123)


@pytest.mark.parametrize(
    ("dtype", "device", "number"),
    [("auto", "cpu", "float32"), ("auto", "mps", "float16"), ("bfloat16", "cpu", "bfloat16"), ("float32", "cuda", "float32")],
)
def test_the_number_format_follows_the_device_unless_configured(dtype, device, number):
    assert machine.number_format(dtype, device) == number


def test_the_memory_of_a_model_shrinks_with_its_number_format():
    sizes = [machine.needed(7e9, number) for number in ("float32", "float16", "8bit", "4bit")]
    assert sizes == sorted(sizes, reverse=True)
    assert machine.needed(1e9, "float32") == pytest.approx(4.8e9)
    assert machine.needed(1e9, "float16") == machine.needed(1e9, "bfloat16")


def test_the_listed_models_fit_in_the_memory_that_their_notes_name():
    assert [m.parameters for m in machine.MODELS] == sorted(m.parameters for m in machine.MODELS)
    [model] = [m for m in machine.MODELS if m.name.endswith("Coder-7B-Instruct")]
    assert "16 GB, or 4bit in 6 GB" in model.note
    assert machine.needed(model.parameters * 1e9, "4bit") < 6 * machine.GB


def test_free_memory_is_less_than_a_petabyte():
    assert 0 <= machine.free_memory() < 10**15
