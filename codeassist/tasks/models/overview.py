"""List the configured model, the models on this machine, and the open models that it could run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from codeassist.config import Config
from codeassist.models import hub, machine

TASKS = ("ask", "gen-tests", "review")


@dataclass(frozen=True, slots=True)
class RunnableModel:
    """An open model, the gigabytes of memory it needs, and whether it `fits`: "yes", "no", "4bit" or "?" (unknown memory)."""

    name: str
    parameters_billion: float
    licence: str
    note: str
    gigabytes: float
    gigabytes_4bit: float
    fits: str
    cached: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The data that `codeassist models` shows. `number_format` is the format in which weights would be loaded."""

    configured: str
    tasks: dict[str, str]
    device: machine.Device
    number_format: str
    cached: list[hub.Cached]
    runnable: list[RunnableModel]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.models/1`."""
        return {
            "schema": "codeassist.models/1",
            "configured": self.configured,
            "tasks": self.tasks,
            "device": {"name": self.device.name, "reason": self.device.reason, "free_bytes": self.device.memory},
            "cached": [{"name": c.name, "bytes": c.size} for c in self.cached],
            "runnable": [{name: getattr(row, name) for name in RunnableModel.__slots__} for row in self.runnable],
        }


def overview(config: Config) -> Overview:
    """The configured, downloaded and runnable models."""
    device = machine.pick_device()
    number_format = machine.number_format("auto", device.name)
    cached = hub.cached()
    names = {model.name for model in cached}
    rows = [_row(model, device, number_format, model.name in names) for model in machine.MODELS]
    tasks = {name: getattr(config.tasks, name.replace("-", "_")).model for name in TASKS}
    return Overview(config.model.name, tasks, device, number_format, cached, rows)


def _row(model: machine.OpenModel, device: machine.Device, number_format: str, cached: bool) -> RunnableModel:
    unquantised = machine.needed(model.parameters * 1e9, number_format)
    quantised = machine.needed(model.parameters * 1e9, "4bit")
    fits = "yes" if unquantised <= device.memory else "4bit" if quantised <= device.memory and device.name == "cuda" else "no"
    return RunnableModel(
        model.name,
        model.parameters,
        model.licence,
        model.note,
        round(unquantised / machine.GB, 1),
        round(quantised / machine.GB, 1),
        fits if device.memory else "?",
        cached,
    )
