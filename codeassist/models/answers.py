"""Structured answers: JSON validated against a schema, with one repair attempt and an error on failure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from codeassist.errors import AnswerError
from codeassist.models.json_schema import fault_in_value
from codeassist.models.messages import Message
from codeassist.models.session import Session

Record = TypeVar("Record")

_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)


def ask_for_json(session: Session, messages: Sequence[Message], schema: Mapping[str, Any], **how: Any) -> Any:
    """Ask a model for JSON; returns the value, which fits `schema`.

    Uses the provider's own mechanism or constrained decoding where available; else the text is parsed. An invalid answer is
    sent back once with the fault. Raises `AnswerError`, which holds the raw text.
    """
    how["keep"] = lambda text: not parse(text, schema)[1]
    reply = session.ask(messages, schema=schema, **how)
    value, fault = parse(reply.text, schema)
    if not fault:
        return value
    repair_request = (
        f"That answer cannot be used: {fault}. Answer again with one JSON value that fits this schema, and nothing else:\n"
        f"{json.dumps(schema)}"
    )
    second = session.ask(
        [*messages, Message("assistant", reply.text or "(nothing)"), Message("user", repair_request)], schema=schema, **how
    )
    value, fault = parse(second.text, schema)
    if fault:
        raise AnswerError(
            f"'{session.model.name}' twice returned an invalid answer: {fault}.",
            partial=f"{reply.text}\n---\n{second.text}",
        )
    return value


def ask_for_record(
    session: Session, messages: Sequence[Message], schema: Mapping[str, Any], record: type[Record], **how: Any
) -> Record:
    """Ask a model for JSON that fits `schema` and return it as a record (a msgspec struct).

    Raises `AnswerError` for an invalid answer, and for a schema of a changed prompt that the record does not fit.
    """
    import msgspec

    value = ask_for_json(session, messages, schema, **how)
    try:
        return msgspec.convert(value, record, strict=False)
    except msgspec.ValidationError as error:
        raise AnswerError(
            f"The schema of the prompt does not fit what this task reads: {error}.", partial=json.dumps(value)
        ) from error


def parse(text: str, schema: Mapping[str, Any]) -> tuple[Any, str]:
    """(value, fault): the JSON value in a text, also inside a code fence or prose; `fault` is empty for a valid value."""
    candidates = [text.strip(), *(m.strip() for m in _FENCED.findall(text))]
    starts = [position for position in (text.find("{"), text.find("[")) if position >= 0]
    if starts:
        candidates.append(text[min(starts) : max(text.rfind("}"), text.rfind("]")) + 1])
    fault = "it is empty" if not text.strip() else "it is not JSON"
    for candidate in candidates:
        try:
            value = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        where, why = fault_in_value(value, schema)
        if not why:
            return value, ""
        fault = f"{where}: {why}"
    return None, fault
