"""The configuration schema: sections, keys, types, defaults, and a description of each key."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class IndexConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[index]`: what is indexed and how."""

    include: list[str] = []
    exclude: list[str] = []
    max_file_size: int = 1_000_000
    encoder: str = "static"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    batch_size: int = 64
    half_precision: bool = True
    history: bool = False
    history_commits: int = 2000
    index_dir: str = ""
    jobs: int = 0
    other_file_systems: bool = False


class SearchConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[search]`: how results are selected and shown."""

    results: int = 10
    context: int = 6
    refresh: bool = True
    reranker: str = ""


class AskConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[ask]`: how questions are answered."""

    places: int = 10
    threshold: float = 0.5
    strategy: Literal["auto", "direct", "steps", "vote", "decompose", "explore"] = "auto"
    context_tokens: int = 6_000
    samples: int = 5
    steps: int = 6
    examples: int = 0
    log: bool = True


class ModelConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[model]`: the language model that answers from the evidence, if any."""

    name: str = "none"
    base_url: str = ""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    quantization: Literal["none", "8bit", "4bit"] = "none"
    temperature: float | None = None
    max_output_tokens: int = 1_024
    context_window: int = 0
    timeout: float = 60.0
    retries: int = 2
    max_cost: float = 0.0
    max_tokens: int = 0
    price_input: float = 0.0
    price_output: float = 0.0
    cache: bool = True
    trust_remote_code: bool = False


class PromptsConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[prompts]`: where prompt files are looked up first, before the user's and the shipped ones."""

    path: str = "prompts"
    max_tokens: int = 1_500


class PrivacyConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[privacy]`: what is never sent to a remote model."""

    never_send: list[str] = []
    mask_secrets: bool = True


class TaskConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[tasks.NAME]`: settings that override the defaults for one task."""

    model: str = ""
    prompt: str = ""


class CompleteConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[tasks.complete]`: inline completion in editors."""

    model: str = ""


class TasksConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[tasks]`: one table per task."""

    ask: TaskConfig = TaskConfig()
    complete: CompleteConfig = CompleteConfig()
    gen_tests: TaskConfig = TaskConfig()
    review: TaskConfig = TaskConfig()


class Instruction(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[[review.instructions]]`: instructions to the reviewing model for some files."""

    text: str
    paths: list[str] = []


NO_MODEL = ("", "none")
"""The names of models that mean none."""

Level = Literal["off", "note", "warning", "error"]


class PathSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[[review.paths]]`: the severities of rules for the files that match globs."""

    paths: list[str]
    rules: dict[str, Level] = {}


class ReviewConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[review]`: how changes are reviewed."""

    profile: Literal["quiet", "normal", "strict"] = "normal"
    max_findings: int = 7
    fail_on: Literal["error", "warning", "note", "never"] = "error"
    timeout: float = 20.0
    model_timeout: float = 300.0
    baseline: str = ""
    behaviour: bool = True
    behaviour_seconds: float = 8.0
    project_tools: bool = False
    auditor: str = ""
    exclude: list[str] = []
    rules: dict[str, Level] = {}
    paths: list[PathSettings] = []
    instructions: list[Instruction] = []


class WorkspaceConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[workspace]`: which repositories are asked together."""

    repositories: list[str] = []


class SandboxConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[sandbox]`: how a project's code is run."""

    allow_unconfined: bool = False


class Config(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The complete configuration."""

    index: IndexConfig = IndexConfig()
    search: SearchConfig = SearchConfig()
    ask: AskConfig = AskConfig()
    model: ModelConfig = ModelConfig()
    prompts: PromptsConfig = PromptsConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    review: ReviewConfig = ReviewConfig()
    workspace: WorkspaceConfig = WorkspaceConfig()
    sandbox: SandboxConfig = SandboxConfig()
    tasks: TasksConfig = TasksConfig()
    refused: dict[str, str] = {}
    """Settings of the repository's own file that lack the user's agreement: key -> why it is ignored."""


SECTIONS: dict[str, type[msgspec.Struct]] = {
    "index": IndexConfig,
    "search": SearchConfig,
    "ask": AskConfig,
    "model": ModelConfig,
    "prompts": PromptsConfig,
    "privacy": PrivacyConfig,
    "review": ReviewConfig,
    "workspace": WorkspaceConfig,
    "sandbox": SandboxConfig,
    "tasks.ask": TaskConfig,
    "tasks.complete": CompleteConfig,
    "tasks.gen-tests": TaskConfig,
    "tasks.review": TaskConfig,
}
"""Every section name as written in a file, with its keys."""

_TASK_KEYS = {
    "model": "model for this task only; empty: the one in [model]",
    "prompt": "prompt for this task, NAME or NAME@VERSION; empty: the shipped one",
}

DESCRIPTIONS: dict[str, str] = {
    "index.include": "globs (.gitignore syntax) to index even if a rule would skip them",
    "index.exclude": "globs to exclude from the index",
    "index.max_file_size": "maximum file size in bytes; larger files are skipped",
    "index.encoder": "static (shipped), static:PATH, sentence-transformers/NAME or PROVIDER:MODEL through LangChain",
    "index.device": "where a sentence-transformers model runs: auto, cpu, cuda or mps",
    "index.batch_size": "number of texts that a sentence-transformers or remote model encodes at once",
    "index.half_precision": "use 16-bit floats on accelerators",
    "index.history": "also index commit messages, for questions that ask why",
    "index.history_commits": "number of latest commits to index",
    "index.index_dir": "folder of the index; empty: .codeassist in the repository",
    "index.jobs": "number of parser processes; 0: one per core",
    "index.other_file_systems": "also index folders where another file system is mounted",
    "search.results": "number of results",
    "search.context": "number of lines shown of each result",
    "search.refresh": "update a stale index before searching when that is quick",
    "search.reranker": "cross-encoder/NAME or cross-encoder:PATH to reorder the best 30 results; empty: none",
    "ask.places": "maximum number of places in an answer",
    "ask.threshold": "confidence (0 to 1) below which the answer is 'not found in this repository'",
    "ask.strategy": "how a model reasons: auto, direct, steps, vote, decompose or explore",
    "ask.context_tokens": "maximum number of tokens of repository context in a prompt",
    "ask.samples": "number of answers that the strategy vote compares",
    "ask.steps": "maximum number of steps of the strategy explore",
    "ask.examples": "number of answers rated good that are shown to the model as examples",
    "ask.log": "record each run, with its provenance, in .codeassist/runs.db",
    "model.name": "none, local:NAME_OR_FOLDER (transformers), local:FILE.gguf, or PROVIDER:MODEL such as openai:gpt-5-mini",
    "model.base_url": "URL of a server with an OpenAI-compatible API (vLLM, llama.cpp, LM Studio, TGI)",
    "model.device": "where a local model runs; auto: CUDA, then MPS, then CPU",
    "model.dtype": "number format of a local model; auto: 16 bits on accelerators, 32 on the CPU",
    "model.quantization": "none, 8bit or 4bit (bitsandbytes) for a local model",
    "model.temperature": "sampling temperature; unset: not sent, the model's own applies (local: 0); vote: 0.7 or more",
    "model.max_output_tokens": "maximum length of an answer in tokens",
    "model.context_window": "context window of the model in tokens; 0: its known window, else 8192",
    "model.timeout": "seconds to wait for a server",
    "model.retries": "number of retries after a busy or failed response",
    "model.max_cost": "maximum cost of a run in US dollars; 0: no limit",
    "model.max_tokens": "maximum input and output tokens of a run; 0: no limit",
    "model.price_input": "US dollars per million input tokens; 0: from the price list",
    "model.price_output": "US dollars per million output tokens; 0: from the price list",
    "model.cache": "answer repeated requests from the cache",
    "model.trust_remote_code": "run code that is shipped with a model",
    "prompts.path": "folder with this project's prompt files, which take precedence over the shipped ones",
    "prompts.max_tokens": "maximum tokens of a prompt without its inputs, enforced by 'prompts check'",
    "privacy.never_send": "globs of files that are never sent to a remote model",
    "review.profile": "quiet (only certain findings), normal, or strict (everything)",
    "review.max_findings": "maximum number of findings shown; 0: all",
    "review.fail_on": "lowest severity at which 'review' exits with 1: error, warning, note or never",
    "review.timeout": "seconds after which the analysers of a review are cut short",
    "review.model_timeout": "seconds after the start of a review after which the model's part of it is cut short",
    "review.baseline": "file of known findings that are not reported again; empty: none",
    "review.behaviour": "run the old and the new code of changed Python functions and show what differs (trusted repositories)",
    "review.behaviour_seconds": "seconds for searching inputs and running covering tests, within the timeout of the review",
    "review.project_tools": "also run linters that run or build the project's own code (its ESLint, golangci-lint, clippy)",
    "review.auditor": "model that audits another model's findings; empty: the same model",
    "review.exclude": "globs (.gitignore syntax) of files that are not reviewed",
    "review.rules": "severity of a rule, or of a family such as ruff: off, note, warning or error",
    "review.paths": "tables of paths (globs) and rules: other severities for those files",
    "review.instructions": "tables of paths (globs) and text: instructions to the reviewing model for those files",
    "workspace.repositories": "other repositories that 'search', 'ask', 'mcp' and 'serve' include: folders from here, or globs",
    "sandbox.allow_unconfined": "run a project's code even where it cannot be confined; a repository's file cannot set it",
    "tasks.complete.model": "openai:NAME of a model that fills in the middle, for inline completion in editors; empty: none",
    "privacy.mask_secrets": "mask likely secrets before they are sent to a remote model",
} | {f"tasks.{task}.{key}": text for task in ("ask", "gen-tests", "review") for key, text in _TASK_KEYS.items()}


def read(config: Config, key: str) -> Any:
    """The value of a dotted key such as `tasks.gen-tests.model`."""
    value: Any = config
    for part in key.split("."):
        value = getattr(value, part.replace("-", "_"))
    return value


def task_model(config: Config, task: str) -> ModelConfig:
    """The model settings of a task: `[model]`, with the name of the task's own model if it has one."""
    own: TaskConfig = getattr(config.tasks, task.replace("-", "_"))
    return msgspec.structs.replace(config.model, name=own.model) if own.model else config.model
