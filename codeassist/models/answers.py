"""Structured answers: JSON by a schema, checked, repaired once, and never dropped in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from codeassist.errors import AnswerError
from codeassist.models.messages import Message
from codeassist.models.session import Session

_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)


def ask_for_json(session: Session, messages: Sequence[Message], schema: Mapping[str, Any], **how: Any) -> Any:
    """The value a model answers with, which fits `schema`.

    The provider's own mechanism or constrained decoding is used where there is one; else the text is parsed. An answer
    that does not fit is sent back once with what is wrong. Raises `AnswerError`, which keeps the raw text.
    """
    how["keep"] = lambda text: not parse(text, schema)[1]
    reply = session.ask(messages, schema=schema, **how)
    value, wrong = parse(reply.text, schema)
    if not wrong:
        return value
    plea = (
        f"That answer cannot be used: {wrong}. Answer again with one JSON value that fits this schema, and nothing else:\n"
        f"{json.dumps(schema)}"
    )
    again = session.ask(
        [*messages, Message("assistant", reply.text or "(nothing)"), Message("user", plea)], schema=schema, **how
    )
    value, still = parse(again.text, schema)
    if still:
        raise AnswerError(
            f"'{session.model.name}' twice gave an answer that is not what was asked for: {still}.",
            partial=f"{reply.text}\n---\n{again.text}",
        )
    return value


def parse(text: str, schema: Mapping[str, Any]) -> tuple[Any, str]:
    """(value, what is wrong): the JSON value in a text, also when it stands in a fence or among words."""
    import jsonschema

    candidates = [text.strip(), *(m.strip() for m in _FENCED.findall(text))]
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    if starts:
        candidates.append(text[min(starts) : max(text.rfind("}"), text.rfind("]")) + 1])
    wrong = "it is empty" if not text.strip() else "it is no JSON"
    for candidate in candidates:
        try:
            value = json.loads(candidate)
            jsonschema.validate(value, schema)
        except (ValueError, RecursionError):
            continue
        except jsonschema.ValidationError as error:
            place = "/".join(map(str, error.absolute_path)) or "the value"
            wrong = f"{place}: {error.message[:300]}"
            continue
        return value, ""
    return None, wrong
