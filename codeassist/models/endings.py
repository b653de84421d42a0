"""How an answer of a model ended, and what to say when it is not an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from codeassist.models.messages import Finish, Reply

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_LENGTH = frozenset({"length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"})
_FILTERED = frozenset(
    "content_filter safety refusal recitation blocklist prohibited_content spii image_safety language guardrail".split()
)
_TOOL = frozenset({"tool_calls", "tool_use", "function_call", "malformed_function_call", "unexpected_tool_call"})


def reason_of(message: AIMessage) -> str:
    """The provider's word for why an answer ended, in lower case; empty in a piece that is not the last."""
    metadata: dict[str, Any] = message.response_metadata
    incomplete = metadata.get("incomplete_details") or {}
    feedback = metadata.get("prompt_feedback") or {}
    blocked = feedback.get("block_reason") if isinstance(feedback, dict) else ""
    reason = (
        (incomplete.get("reason") if isinstance(incomplete, dict) else "")
        or metadata.get("finish_reason")
        or metadata.get("stop_reason")
        or metadata.get("done_reason")
        or ("refusal" if blocked else "")
        or metadata.get("status")
        or ("stop" if metadata.get("done") else "")
    )
    return str(reason or "").lower().rpartition(".")[2]


def refusal_of(message: AIMessage) -> str:
    """The words with which a model refused, where its provider marks them; else empty."""
    words = str(message.additional_kwargs.get("refusal") or "")
    if isinstance(message.content, list):
        words += "".join(
            str(part.get("refusal", "")) for part in message.content if isinstance(part, dict) and part.get("type") == "refusal"
        )
    return words


def finish_of(reason: str, message: AIMessage | None, text: str, *, structured: bool) -> tuple[Finish, str]:
    """(finish, detail): how an answer ended; the detail is the refusal's words or the name of the tool it asked for."""
    if message is not None and (words := refusal_of(message)):
        return "filtered", words
    if reason in _FILTERED:
        return "filtered", ""
    if reason in _LENGTH:
        return "length", ""
    calls = list(getattr(message, "tool_calls", ()) or ()) + list(getattr(message, "invalid_tool_calls", ()) or ())
    if not structured and not text.strip() and (reason in _TOOL or calls):
        return "tool", str(calls[0].get("name") or "") if calls else ""
    return "stop", ""


def tool_arguments(message: AIMessage) -> str:
    """The arguments of a forced tool call, which some providers use for structured answers; empty when there is none."""
    calls = getattr(message, "tool_calls", [])
    return json.dumps(calls[0]["args"]) if calls else ""


def text_of(message: AIMessage) -> str:
    """The text of an answer or a piece, without reasoning, tool calls and refusals."""
    content = message.content
    if isinstance(content, str):
        return content
    parts: Iterable[Any] = (
        part if isinstance(part, str) else part.get("text", "") if part.get("type", "text") in ("text", "output_text") else ""
        for part in content
    )
    return "".join(part for part in parts if isinstance(part, str))


def complaint(reply: Reply, name: str, *, reasoned: bool) -> str:
    """One sentence with the fix when a reply is not an answer; else empty. `reasoned`: it contained reasoning."""
    words = " ".join(reply.detail.split())[:200]
    if reply.finish == "filtered":
        return f"'{name}' refused to answer" + (f": {words}" if words else " (content filter).")
    if reply.finish == "tool":
        tool = f" '{words}'" if words else ""
        return f"'{name}' asked to call a tool{tool} instead of answering; try again, or use another model."
    if reply.text.strip() or reply.finish == "interrupted":
        return ""
    if reply.finish == "length" and reasoned:
        return f"'{name}' was cut off inside its reasoning, before its answer: raise max_output_tokens under [model]."
    if reply.finish == "length":
        return (
            f"'{name}' reached the limit of output tokens before its answer (its reasoning counts too): raise "
            "max_output_tokens under [model]."
        )
    if reasoned:
        return f"'{name}' returned only its reasoning, no answer; try again, or use another model."
    return f"'{name}' returned an empty answer; try again, or use another model."
