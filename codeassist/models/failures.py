"""Exceptions of model libraries as errors of this package: one sentence with what failed and the fix."""

from __future__ import annotations

import json
import re

from codeassist.config import ModelConfig
from codeassist.errors import ModelError
from codeassist.privacy import mask

_OVERFLOW = (
    "context_length",
    "context length",
    "context window",
    "context size",  # llama.cpp: "exceeds the available context size"
    "exceed_context",
    "maximum context",
    "too many tokens",
    "prompt is too long",
    "maximum number of tokens",  # Gemini
    "context the overflows",  # LM Studio
    "too large for model",  # Mistral
)
_TGI_OVERFLOW = re.compile(r"inputs.{0,3} (?:tokens \+|must have less than)")
_UNREADABLE = ("AttributeError", "JSONDecodeError", "SSEError", "APIResponseValidationError", "UnknownApiResponseError")
_HTML = re.compile(r"<!doctype html|<html|text/html", re.IGNORECASE)


def first_line(error: BaseException) -> str:
    """The first line of an error's text, or the name of its class when it has none."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def is_overflow(error: BaseException) -> bool:
    """Whether a provider rejected messages that are longer than its context window."""
    text = chain(error).lower()
    return any(sign in text for sign in _OVERFLOW) or bool(_TGI_OVERFLOW.search(text))


def status_of(error: BaseException | None) -> int | None:
    """The HTTP status of a failed call, wherever a client library keeps it; None when there was no response."""
    for cause in causes(error):
        response = getattr(cause, "response", None)
        for value in (
            getattr(cause, "status_code", None),
            getattr(response, "status_code", None),
            getattr(cause, "code", None),
        ):
            if isinstance(value, int) and value >= 100:
                return value
    return None


def is_html(error: BaseException) -> bool:
    """Whether what answered is a web page instead of a provider's protocol."""
    for cause in causes(error):
        headers = getattr(getattr(cause, "response", None), "headers", None)
        if headers is not None and "html" in str(headers.get("content-type", "")).lower():
            return True
    return bool(_HTML.search(chain(error)))


def _not_the_protocol(error: BaseException) -> str:
    """What answered instead of a provider's protocol, by an error of the code that reads it; else empty."""
    if is_html(error):
        return " but a web page"
    return ", perhaps a web page" if status_of(error) is None and type(error).__name__ in _UNREADABLE else ""


def was_refused(error: BaseException) -> bool:
    """Whether a call failed before any work was done for it, so that it costs nothing: an error status, or no connection."""
    kinds = {kind.__name__ for cause in causes(error) for kind in type(cause).__mro__}
    if "ConnectTimeout" in kinds:
        return True
    return status_of(error) not in (None, 200) or bool(kinds & {"ConnectError", "ConnectionRefusedError", "gaierror"})


def of_provider(error: Exception, settings: ModelConfig, base_url: str, key: str, partial: str) -> ModelError:
    """An exception of a provider's client as one sentence with the fix.

    `key` is the environment variable of the provider's key, `partial` the text received before the failure.
    """
    message = mask(_own_words(error))[0].rstrip(".")
    where = f" at {base_url}" if base_url else ""
    explanation = (
        _of_answer(error, settings, where, key, partial)
        or _of_connection(error, settings, where, partial)
        or f"'{settings.name}'{where} failed: {message}"
    )
    unreadable = "is not the protocol of" in explanation
    detail = "" if message in explanation or partial or unreadable else f" ({message[:200]})"
    billed = bool(partial) or not (unreadable or was_refused(error))
    return ModelError(f"{explanation[0].upper()}{explanation[1:]}.{detail}", partial=partial, billed=billed)


def _of_answer(error: Exception, settings: ModelConfig, where: str, key: str, partial: str) -> str:
    """What an answer of the server says, by its status and text; empty when there was none that says something."""
    name, status, lowered = settings.name, status_of(error), str(error).lower()
    provider, _, model = name.partition(":")
    if is_overflow(error):
        return f"the messages are too long for '{name}': lower context_tokens under [ask], or set context_window under [model]"
    if status in (None, 200, 404, 405) and not partial and (page := _not_the_protocol(error)):
        return f"what answered{where} is not the protocol of '{provider}'{page}: check base_url under [model]"
    if status in (401, 403) or (status == 400 and "api key" in lowered):
        return f"the key for '{name}' was refused{where}: check {key}"
    if status == 404:
        return f"there is no model '{model}'{where}, or nothing at that address: check [model] name and base_url"
    if status == 429:
        return f"'{name}' exceeded its rate limit or quota, after {settings.retries} retries"
    if "content_filter" in lowered or "ContentFilter" in type(error).__name__:
        return f"'{name}' refused to answer (content filter)"
    if status is not None and status >= 500 and not partial:
        return f"'{name}'{where} failed ({status}), after {settings.retries} retries"
    return ""


def _of_connection(error: Exception, settings: ModelConfig, where: str, partial: str) -> str:
    """What happened to the connection; empty when it was none of its failures."""
    name, kind, lowered = settings.name, type(error).__name__, str(error).lower()
    if "Timeout" in kind or "timed out" in lowered:
        return f"'{name}'{where} did not answer within {settings.timeout:g} seconds: raise timeout under [model]"
    if partial:
        return f"'{name}'{where} broke off in the middle of its answer ({kind})"
    if "CERTIFICATE_VERIFY_FAILED" in chain(error):
        return f"the certificate{where} is not trusted: set SSL_CERT_FILE to the certificates of your authority"
    if "Connect" in kind or "connect" in lowered:
        return f"no connection to '{name}'{where}: is the server running, and are HTTPS_PROXY and SSL_CERT_FILE right"
    return ""


def of_local_model(error: Exception, name: str, device: str, dtype: str, partial: str) -> ModelError:
    """An exception of torch or transformers as one sentence with the fix."""
    message = first_line(error).rstrip(".")[:200]
    lowered = message.lower()
    if "out of memory" in lowered:
        explanation = (
            f"{device} ran out of memory: lower context_tokens under [ask] or max_output_tokens under [model], "
            "start a new chat, or use a smaller model or quantization"
        )
    elif "not compiled with cuda" in lowered or "no nvidia driver" in lowered:
        explanation = 'the installed torch cannot use CUDA: set device = "cpu" or "auto" under [model]'
    elif "expected scalar type" in lowered or "not implemented for 'half'" in lowered or "same dtype" in lowered:
        explanation = f'{device} cannot compute in {dtype}: set dtype = "float32" under [model]'
    elif "trust_remote_code" in lowered or "custom code" in lowered:
        explanation = "the model brings its own code: set trust_remote_code = true under [model] if you trust it"
    elif "does not recognize this architecture" in lowered or "model type" in lowered:
        explanation = f"the installed transformers does not support the model: upgrade it ({message})"
    else:
        explanation = message
    return ModelError(f"'{name}' failed on {device}: {explanation}.", partial=partial)


def causes(error: BaseException | None) -> list[BaseException]:
    """An error and its causes, outermost first."""
    found: list[BaseException] = []
    while error is not None and len(found) < 10:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def chain(error: BaseException | None) -> str:
    """The messages of an error and its causes."""
    return "\n".join(str(cause) for cause in causes(error))


def _own_words(error: BaseException) -> str:
    """The message that a provider wrote, without the client's frame around it; else the first line of the error."""
    for cause in causes(error):
        body = getattr(cause, "body", None) or getattr(cause, "details", None)
        text = str(cause)
        if not isinstance(body, dict) and "{" in text:
            try:
                body = json.loads(text[text.index("{") : text.rindex("}") + 1])
            except ValueError:
                continue
        if isinstance(body, dict):
            inner = body.get("error", body)
            words = inner.get("message") if isinstance(inner, dict) else inner
            if isinstance(words, str) and words.strip():
                return words.strip().splitlines()[0]
    return first_line(error)
