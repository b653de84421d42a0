"""`codeassist models test`: a short round trip with timings."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from codeassist.cli.common import HERE, AsJson, Repo, load_config, note, print_json, safe
from codeassist.config import task_model
from codeassist.errors import UsageError

QUESTION = "Answer with one short sentence: what does a unit test check?"
LENGTH = 64


def try_model(
    name: Annotated[str | None, typer.Argument(help="A model (default: the configured one).")] = None,
    repo: Repo = HERE,
    as_json: AsJson = False,
) -> None:
    """Ask the model one short question and say how long each part took."""
    from codeassist.models.chat import Request, load
    from codeassist.models.messages import Message

    _, config = load_config(repo, model__name=name, tasks__ask__model=name)
    started = time.perf_counter()
    model = load(task_model(config, "ask"))
    if model is None:
        raise UsageError("No model is configured; name one: codeassist models test openai:gpt-5-mini.")
    loader = getattr(model, "load", None)
    if loader is not None:
        loader()
    loaded = time.perf_counter()
    first: list[float] = []
    reply = model.generate(
        Request([Message("user", QUESTION)], 0.0, LENGTH), lambda _: first.append(time.perf_counter()) if not first else None
    )
    waited = first[0] - loaded if first else reply.seconds
    if as_json:
        print_json({
            "schema": "codeassist.models-test/1", "model": model.name, "text": reply.text,
            "load_seconds": round(loaded - started, 3),
            "first_token_seconds": round(waited, 3), "seconds": round(reply.seconds, 3), "output_tokens": reply.output_tokens,
            "tokens_per_second": round(reply.tokens_per_second, 1), "context_window": model.context_window,
        })  # fmt: skip
        return
    print(safe(reply.text.strip()) or "(it said nothing)")
    note(
        f"{model.name}: ready after {loaded - started:.2f} s, first words after {waited:.2f} s, "
        f"{reply.output_tokens} tokens at {reply.tokens_per_second:.1f} a second, takes in {model.context_window:,} tokens."
    )
