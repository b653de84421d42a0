"""What this machine can run: its devices, its memory, and which models fit."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec

GB = 1_000_000_000
OVERHEAD = 1.2
"""Memory of a running model relative to its weights: adds activations and the key-value cache of a few thousand tokens."""

BYTES = {"float32": 4.0, "float16": 2.0, "bfloat16": 2.0, "8bit": 1.1, "4bit": 0.65}
"""Bytes per weight, including quantisation tables."""


@dataclass(frozen=True, slots=True)
class Device:
    """The device of a local model and the reason for it; `memory` is its free memory in bytes, 0 when unknown."""

    name: str
    reason: str
    memory: int


@dataclass(frozen=True, slots=True)
class OpenModel:
    """An open model by its name on the hub, with its parameters in billions and its licence."""

    name: str
    parameters: float
    licence: str
    note: str


MODELS = (
    OpenModel("Qwen/Qwen2.5-Coder-0.5B-Instruct", 0.49, "Apache-2.0", "tiny; short answers on any CPU"),
    OpenModel("Qwen/Qwen2.5-Coder-1.5B-Instruct", 1.54, "Apache-2.0", "small; usable on a laptop's CPU"),
    OpenModel("HuggingFaceTB/SmolLM3-3B", 3.08, "Apache-2.0", "small; long contexts"),
    OpenModel("Qwen/Qwen3-4B-Instruct-2507", 4.02, "Apache-2.0", "good for its size; 8 GB of GPU memory"),
    OpenModel("Qwen/Qwen2.5-Coder-7B-Instruct", 7.62, "Apache-2.0", "code; 16 GB, or 4bit in 6 GB"),
    OpenModel("zai-org/GLM-4-9B-0414", 9.4, "MIT", "24 GB, or 4bit in 8 GB"),
    OpenModel("Qwen/Qwen2.5-Coder-14B-Instruct", 14.8, "Apache-2.0", "code; 32 GB, or 4bit in 12 GB"),
    OpenModel("Qwen/Qwen3-Coder-30B-A3B-Instruct", 30.5, "Apache-2.0", "fast for its size; 64 GB, or 4bit in 20 GB"),
    OpenModel("Qwen/Qwen2.5-Coder-32B-Instruct", 32.8, "Apache-2.0", "code; 80 GB, or 4bit in 24 GB"),
)
"""Open models with a chat template that transformers loads without third-party code; sizes are from their model cards."""


def free_memory() -> int:
    """Available memory in bytes; 0 when unknown."""
    try:
        import psutil
    except ImportError:
        try:
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") if sys.platform == "linux" else 0
        except (ValueError, OSError):
            return 0
    return int(psutil.virtual_memory().available)


def pick_device(wanted: str = "auto") -> Device:
    """The device for a local model, with the reason. Raises `ValueError` with the fix when `wanted` is unavailable."""
    if find_spec("torch") is None:
        return Device("cpu", "torch is not installed", free_memory())
    import torch

    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if wanted == "cuda" and not cuda:
        built = "finds no GPU" if torch.version.cuda else "was built without CUDA"
        raise ValueError(f'device = "cuda", but this torch {built}; set device = "auto", or install a torch with CUDA')
    if wanted == "mps" and not mps:
        built = "finds no Apple GPU" if torch.backends.mps.is_built() else "was built without MPS"
        raise ValueError(f'device = "mps", but this torch {built}; set device = "auto"')
    name = wanted if wanted != "auto" else "cuda" if cuda else "mps" if mps else "cpu"
    reason = (
        "as configured"
        if wanted != "auto"
        else {
            "cuda": "torch finds a CUDA GPU",
            "mps": "torch finds an Apple GPU",
            "cpu": "torch finds neither CUDA nor MPS",
        }[name]
    )
    if name == "cuda":
        free, _ = torch.cuda.mem_get_info()
        return Device("cuda", f"{reason}: {torch.cuda.get_device_name(0)}", int(free))
    if name == "mps":
        used = torch.mps.driver_allocated_memory()
        return Device("mps", reason, int(torch.mps.recommended_max_memory() - used))
    return Device("cpu", reason, free_memory())


def number_format(dtype: str, device: str) -> str:
    """The number format for a device: 16 bits on accelerators, where they are precise enough, 32 on a CPU."""
    if dtype != "auto":
        return dtype
    if device == "cuda":
        import torch

        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    return "float16" if device == "mps" else "float32"


def needed(parameters: float, number: str) -> int:
    """Memory in bytes that a running model needs, given its parameters and its number format or quantisation."""
    return int(parameters * BYTES[number] * OVERHEAD)
