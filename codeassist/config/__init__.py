"""Configuration: flag > environment > project `.codeassist.toml` > user `config.toml` > default.

`schema` defines the settings, `loading` reads every layer, `trust` prevents a cloned repository from sending code elsewhere.
"""

from __future__ import annotations

from codeassist.config.loading import PREFIX, PROJECT_FILE, USER_FILE, Loaded, Setting, load, project_risks, template, user_file
from codeassist.config.schema import (
    DESCRIPTIONS,
    NO_MODEL,
    SECTIONS,
    AskConfig,
    Config,
    ModelConfig,
    PrivacyConfig,
    TaskConfig,
    read,
    task_model,
)

__all__ = [
    "DESCRIPTIONS",
    "NO_MODEL",
    "PREFIX",
    "PROJECT_FILE",
    "SECTIONS",
    "USER_FILE",
    "AskConfig",
    "Config",
    "Loaded",
    "ModelConfig",
    "PrivacyConfig",
    "Setting",
    "TaskConfig",
    "load",
    "project_risks",
    "read",
    "task_model",
    "template",
    "user_file",
]
