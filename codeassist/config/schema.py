"""What can be configured: sections, keys, types, defaults, and a sentence about each."""

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


class SearchConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[search]`: how results are picked and shown."""

    results: int = 10
    context: int = 6
    refresh: bool = True
    reranker: str = ""


class AskConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[ask]`: how questions are answered."""

    places: int = 3
    threshold: float = 0.5
    strategy: Literal["auto", "direct", "steps", "vote", "decompose", "explore"] = "auto"
    context_tokens: int = 6_000
    samples: int = 5
    steps: int = 6
    examples: int = 0
    log: bool = True


class ModelConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[model]`: which language model speaks from the evidence, if any."""

    name: str = "none"
    base_url: str = ""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    quantization: Literal["none", "8bit", "4bit"] = "none"
    temperature: float = 0.0
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
    """`[prompts]`: where prompt files are looked up before the user's and the shipped ones."""

    path: str = "prompts"
    max_tokens: int = 1_500


class PrivacyConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[privacy]`: what never goes to a model over a network."""

    never_send: list[str] = []
    mask_secrets: bool = True


class TaskConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[tasks.NAME]`: what one task does differently."""

    model: str = ""
    prompt: str = ""


class TasksConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[tasks]`: one table a task."""

    ask: TaskConfig = TaskConfig()
    gen_tests: TaskConfig = TaskConfig()
    review: TaskConfig = TaskConfig()


class Instruction(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[[review.instructions]]`: what a review with a model should heed in some files."""

    text: str
    paths: list[str] = []


class ReviewConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[review]`: how changes are reviewed."""

    profile: Literal["quiet", "normal", "strict"] = "normal"
    max_findings: int = 7
    fail_on: Literal["error", "warning", "note", "never"] = "error"
    timeout: float = 20.0
    baseline: str = ""
    project_tools: bool = False
    auditor: str = ""
    instructions: list[Instruction] = []


class Config(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Everything that can be configured."""

    index: IndexConfig = IndexConfig()
    search: SearchConfig = SearchConfig()
    ask: AskConfig = AskConfig()
    model: ModelConfig = ModelConfig()
    prompts: PromptsConfig = PromptsConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    review: ReviewConfig = ReviewConfig()
    tasks: TasksConfig = TasksConfig()
    refused: dict[str, str] = {}
    """What the repository's own file says without its user's agreement: the key, and why it does not hold."""


SECTIONS: dict[str, type[msgspec.Struct]] = {
    "index": IndexConfig,
    "search": SearchConfig,
    "ask": AskConfig,
    "model": ModelConfig,
    "prompts": PromptsConfig,
    "privacy": PrivacyConfig,
    "review": ReviewConfig,
    "tasks.ask": TaskConfig,
    "tasks.gen-tests": TaskConfig,
    "tasks.review": TaskConfig,
}
"""Every section as it is written in a file, with its keys."""

_TASK_KEYS = {
    "model": "the model of this task alone; empty: the one of [model]",
    "prompt": "NAME or NAME@VERSION of this task's prompt; empty: the shipped one",
}

DESCRIPTIONS: dict[str, str] = {
    "index.include": "globs (.gitignore syntax) that are indexed although a rule would skip them",
    "index.exclude": "globs that are never indexed",
    "index.max_file_size": "bytes; larger files are skipped",
    "index.encoder": "static (shipped), static:PATH, sentence-transformers/NAME or PROVIDER:MODEL through LangChain",
    "index.device": "where a sentence-transformers model runs: auto, cpu, cuda or mps",
    "index.batch_size": "texts a sentence-transformers or remote model encodes at once",
    "index.half_precision": "16-bit floats on accelerators",
    "index.history": "index commit messages too, for questions that ask why",
    "index.history_commits": "how many of the last commits",
    "index.index_dir": "where the index lies; empty: .codeassist in the repository",
    "index.jobs": "processes that parse; 0: one a core",
    "search.results": "how many results",
    "search.context": "how many lines of each result are shown",
    "search.refresh": "bring a stale index up to date before searching when that is quick",
    "search.reranker": "cross-encoder/NAME or cross-encoder:PATH to reorder the best 30 results; empty: none",
    "ask.places": "how many places an answer names at most",
    "ask.threshold": "confidence (0 to 1) under which the answer is 'not found in this repository'",
    "ask.strategy": "how a model reasons: auto, direct, steps, vote, decompose or explore",
    "ask.context_tokens": "how many tokens of the repository a model is given at most",
    "ask.samples": "how many answers the strategy vote compares",
    "ask.steps": "how many looks around the strategy explore may take",
    "ask.examples": "how many answers you rated up are shown to the model as examples",
    "ask.log": "keep each run, with its provenance, in .codeassist/runs.db",
    "model.name": "none, local:NAME_OR_FOLDER (transformers), or PROVIDER:MODEL through LangChain, such as openai:gpt-5-mini",
    "model.base_url": "address of a server that speaks OpenAI's protocol (vLLM, llama.cpp, LM Studio, TGI)",
    "model.device": "where a local model runs; auto: CUDA, then MPS, then CPU",
    "model.dtype": "number format of a local model; auto: 16 bits on accelerators, 32 on the CPU",
    "model.quantization": "none, 8bit or 4bit (bitsandbytes) for a local model",
    "model.temperature": "0 gives the likeliest answer; vote samples at 0.7 or more",
    "model.max_output_tokens": "how long an answer may be",
    "model.context_window": "how many tokens the model takes in; 0: as the model says, else 8192",
    "model.timeout": "seconds to wait for a server",
    "model.retries": "how often a busy or failing server is asked again",
    "model.max_cost": "US dollars a run may cost; 0: no limit",
    "model.max_tokens": "tokens, in and out, a run may take; 0: no limit",
    "model.price_input": "US dollars for a million tokens in; 0: from the price list",
    "model.price_output": "US dollars for a million tokens out; 0: from the price list",
    "model.cache": "answer the same messages from the cache",
    "model.trust_remote_code": "run code that comes with a model",
    "prompts.path": "folder with this project's prompt files, which win over the shipped ones",
    "prompts.max_tokens": "how long a prompt may be, without its inputs, before 'prompts check' complains",
    "privacy.never_send": "globs whose files never go to a model over a network",
    "review.profile": "quiet (only what is sure), normal, or strict (everything)",
    "review.max_findings": "how many findings are shown at most; 0: all",
    "review.fail_on": "the severity from which 'review' exits with 1: error, warning, note or never",
    "review.timeout": "seconds after which a review is cut short",
    "review.baseline": "file of findings that are known and not told again; empty: none",
    "review.project_tools": "also run linters that run or build the project's own code (its ESLint, golangci-lint, clippy)",
    "review.auditor": "the model that audits another model's findings; empty: the same",
    "review.instructions": "tables of paths (globs) and text: what a model's review should heed there",
    "privacy.mask_secrets": "mask what looks like a secret before it goes to a model over a network",
} | {f"tasks.{task}.{key}": text for task in ("ask", "gen-tests", "review") for key, text in _TASK_KEYS.items()}


def read(config: Config, key: str) -> Any:
    """The value of a dotted key such as `tasks.gen-tests.model`."""
    value: Any = config
    for part in key.split("."):
        value = getattr(value, part.replace("-", "_"))
    return value


def task_model(config: Config, task: str) -> ModelConfig:
    """The model settings of a task: `[model]` with the task's own model in place of its name."""
    own: TaskConfig = getattr(config.tasks, task.replace("-", "_"))
    return msgspec.structs.replace(config.model, name=own.model) if own.model else config.model
