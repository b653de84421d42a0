"""The review of a change, and the change itself."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from codeassist.http.state import Repo, run, safe_json

router = APIRouter(tags=["review"])

MOST_HUNK = 200_000
Revision = Annotated[str, StringConstraints(max_length=200)]


class Review(BaseModel):
    """Which change to review: the uncommitted one, the staged one, what was committed since `base`, or a `diff`."""

    model_config = ConfigDict(extra="forbid")

    staged: bool = False
    base: Revision = ""
    diff: Annotated[str, StringConstraints(max_length=1_000_000)] = ""
    model: bool = False
    summary: bool = False


@router.post("/v1/review")
async def review(request: Request, body: Review, repository: Repo) -> dict[str, Any]:
    """Findings in a change (schema `codeassist.review/1`), with the change under `change`."""
    from codeassist.changes.reading import ChangeSelection, read_change
    from codeassist.services import review_context
    from codeassist.tasks.review import ReviewRequest, run_review

    selection = ChangeSelection(staged=body.staged, base=body.base, diff=body.diff)

    def task(cancel: Any) -> dict[str, Any]:
        services = repository.services.for_request(cancel=cancel)
        change = read_change(services.root, selection)
        context = review_context(services, model=body.model and bool(change.files))
        result = run_review(ReviewRequest(selection, summary=body.summary), context, change)
        value = result.as_json() | {"error": str(result.error) if result.error else None, "change": change_json(change)}
        return safe_json(value) | {"repository": repository.name}

    return await run(request, task)


@router.get("/v1/change")
async def change(request: Request, repository: Repo, staged: Annotated[bool, Query()] = False) -> dict[str, Any]:
    """The uncommitted or the staged change, without a review."""
    from codeassist.changes.reading import ChangeSelection, read_change

    def task(_: object) -> dict[str, Any]:
        return safe_json(
            {"schema": "codeassist.change/1"} | change_json(read_change(repository.root, ChangeSelection(staged=staged)))
        )

    return await run(request, task)


def change_json(change: Any) -> dict[str, Any]:
    """The files of a change with their hunks as lines of a diff."""
    return {
        "title": change.title,
        "files": [
            {
                "path": file.path,
                "old_path": file.old_path,
                "kind": file.kind,
                "skipped": file.skipped or None,
                "hunks": [_hunk(hunk) for hunk in file.hunks[:500]],
            }
            for file in change.files[:500]
        ],
    }


def _hunk(hunk: Any) -> dict[str, Any]:
    return {"old_start": hunk.old_start, "new_start": hunk.new_start, "text": hunk.text[:MOST_HUNK]}
