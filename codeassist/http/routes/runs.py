"""Recorded runs with their rating, and the prompts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from codeassist.deadline import Cancel
from codeassist.errors import UsageError
from codeassist.http.failures import ServerError
from codeassist.http.state import Repo, run, safe_json

router = APIRouter(tags=["runs"])

RunId = Annotated[int, Path(ge=1, le=2**53)]
PromptName = Annotated[str, Path(pattern=r"^[A-Za-z][\w-]{0,60}(@\d+(\.\d+){0,2})?$")]
RATINGS = {"up": 1, "down": -1, "none": 0}


class Rating(BaseModel):
    """A rating with its reason."""

    model_config = ConfigDict(extra="forbid")

    rating: Literal["up", "down", "none"]
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


class Replay(BaseModel):
    """Whether the configured model is asked again; otherwise the index answers alone."""

    model_config = ConfigDict(extra="forbid")

    model: bool = True


@router.get("/v1/runs")
async def list_runs(
    request: Request,
    repository: Repo,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    rated: Annotated[bool, Query(description="Only runs that were rated up.")] = False,
) -> dict[str, Any]:
    """The latest runs, newest first (schema `codeassist.log/1`)."""
    from codeassist.runs.listing import RunList

    def task(_: object) -> dict[str, Any]:
        return safe_json(RunList(repository.services.runs.list(limit, rating=1 if rated else None)).as_json())

    return await run(request, task)


@router.get("/v1/runs/{number}")
async def one_run(request: Request, repository: Repo, number: RunId) -> dict[str, Any]:
    """One run with all its inputs and results (schema `codeassist.run/1`)."""
    return await run(request, lambda _: safe_json(_found(repository, number).as_json()))


@router.post("/v1/runs/{number}/rating")
async def rate(request: Request, repository: Repo, number: RunId, body: Rating) -> dict[str, Any]:
    """Rate a run. Runs rated up serve as examples and as questions of `codeassist eval`."""

    def task(_: object) -> dict[str, Any]:
        _found(repository, number)
        repository.services.runs.rate(number, RATINGS[body.rating], body.note)
        return safe_json(_found(repository, number).as_json())

    return await run(request, task)


@router.post("/v1/runs/{number}/replay")
async def replay(request: Request, repository: Repo, number: RunId, body: Replay) -> dict[str, Any]:
    """Repeat a run with its inputs on the repository as it is now (schema `codeassist.replay/1`), with the lines that differ.

    The model is the configured one; a run of the index alone is repeated so.
    """
    import difflib

    from codeassist.tasks.ask import AskContext
    from codeassist.tasks.ask.replay import replay as repeat

    def task(cancel: Cancel) -> dict[str, Any]:
        recorded = _found(repository, number)
        services = repository.services.for_request(cancel=cancel).with_flags({"model.cache": False})
        with repository.index() as (index, _):
            session = services.session("ask") if recorded.model not in ("", "none") and body.model else None
            context = AskContext(services.config, services.library, session, store=services.run_log, cancel=cancel)
            value = repeat(index, recorded, context).as_json()
        before, after = value["before"].splitlines(), value["after"].splitlines()
        value["diff"] = list(difflib.unified_diff(before, after, f"run {number}", "now", lineterm=""))
        return safe_json(value) | {"repository": repository.name}

    return await run(request, task)


def _found(repository: Any, number: int) -> Any:
    try:
        return repository.services.runs.get(number)
    except UsageError as error:
        raise ServerError(404, str(error)) from error


@router.get("/v1/prompts")
async def prompts(request: Request, repository: Repo) -> dict[str, Any]:
    """The effective prompts (schema `codeassist.prompts/1`)."""
    from codeassist.prompts.cases import read_cases
    from codeassist.prompts.format import read
    from codeassist.prompts.library import prompts_json

    def task(_: object) -> dict[str, Any]:
        library = repository.services.every_prompt
        rows = [(layer.name, prompt, len(read_cases(prompt))) for layer, path in library.current() for prompt in [read(path)]]
        value = prompts_json(rows)
        for entry in value["prompts"]:
            del entry["path"]
        return safe_json(value)

    return await run(request, task)


@router.get("/v1/prompts/{name}")
async def prompt(request: Request, repository: Repo, name: PromptName) -> dict[str, Any]:
    """One prompt: its text, its published versions, and its difference from the last published version with another text."""
    import difflib

    from codeassist.errors import PromptError
    from codeassist.prompts.lock import published, read_lock

    def task(_: object) -> dict[str, Any]:
        try:
            found = repository.services.every_prompt.find(name)
        except PromptError as error:
            raise ServerError(404, str(error)) from error
        locked = [entry for entry in read_lock(found.path.parent) if entry.name == found.name]
        older = [entry for entry in locked if entry.content != found.content_hash]
        before = published(found.path.parent, found.name, older[-1].version) if older else None
        diff = difflib.unified_diff(before.text.splitlines(), found.text.splitlines(), lineterm="", n=2) if before else []
        return safe_json(
            {
                "schema": "codeassist.prompt-text/1",
                "name": found.name,
                "version": found.version,
                "description": found.description,
                "text": found.text,
                "versions": [{"version": entry.version, "date": entry.date} for entry in locked],
                "diff": list(diff),
            }
        )

    return await run(request, task)


@router.get("/v1/prompts/{name}/cases")
async def cases(request: Request, repository: Repo, name: PromptName) -> dict[str, Any]:
    """The test cases of a prompt, run on their recorded answers (schema `codeassist.prompts-test/2`).

    No model is asked, no script is run, and a case whose context comes from the index stays undecided.
    """
    from codeassist.errors import PromptError
    from codeassist.tasks.prompt_tests import Bench, run_variants

    def task(_: object) -> dict[str, Any]:
        library = repository.services.every_prompt
        try:
            found = library.find(name)
        except PromptError as error:
            raise ServerError(404, str(error)) from error
        return safe_json(run_variants([found], [Bench(library)], (), "").as_json())

    return await run(request, task)
