"""Exceptions of model libraries as errors of this package: one sentence with what failed and the fix."""

from __future__ import annotations

from codeassist.config import ModelConfig
from codeassist.errors import ModelError

_OVERFLOW = ("context_length", "context length", "context window", "maximum context", "too many tokens", "prompt is too long")


def first_line(error: BaseException) -> str:
    """The first line of an error's text, or the name of its class when it has none."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def is_overflow(error: BaseException) -> bool:
    """Whether a provider rejected messages that are longer than its context window."""
    return any(sign in str(error).lower() for sign in _OVERFLOW)


def of_provider(error: Exception, settings: ModelConfig, base_url: str, key: str, partial: str) -> ModelError:
    """An exception of a provider's client as one sentence with the fix.

    `key` is the environment variable of the provider's key, `partial` the text received before the failure.
    """
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    message = first_line(error).rstrip(".")
    lowered, kind = str(error).lower(), type(error).__name__
    where = f" at {base_url}" if base_url else ""
    if is_overflow(error):
        explanation = (
            f"the messages are too long for '{settings.name}': lower context_tokens under [ask], or set context_window "
            "under [model]"
        )
    elif status in (401, 403):
        explanation = f"the key for '{settings.name}' was refused{where}: check {key}"
    elif status == 404:
        model = settings.name.partition(":")[2]
        explanation = f"there is no model '{model}'{where}, or nothing at that address: check [model] name and base_url"
    elif status == 429:
        explanation = f"'{settings.name}' exceeded its rate limit or quota, after {settings.retries} retries"
    elif "content_filter" in lowered or "ContentFilter" in kind:
        explanation = f"'{settings.name}' refused to answer (content filter)"
    elif "Timeout" in kind or "timed out" in lowered:
        explanation = (
            f"'{settings.name}'{where} did not answer within {settings.timeout:g} seconds: raise timeout under [model]"
        )
    elif partial:
        explanation = f"'{settings.name}'{where} stopped in the middle of its answer ({kind})"
    elif status is not None and int(status) >= 500:
        explanation = f"'{settings.name}'{where} failed ({status}), after {settings.retries} retries"
    elif "CERTIFICATE_VERIFY_FAILED" in _chain(error):
        explanation = f"the certificate{where} is not trusted: set SSL_CERT_FILE to the certificates of your authority"
    elif "Connect" in kind or "Connection" in kind or "connect" in lowered:
        explanation = (
            f"no connection to '{settings.name}'{where}: is the server running, and are HTTPS_PROXY and SSL_CERT_FILE right"
        )
    else:
        explanation = f"'{settings.name}'{where} failed: {message}"
    detail = "" if message in explanation or partial else f" ({message[:200]})"
    return ModelError(f"{explanation[0].upper()}{explanation[1:]}.{detail}", partial=partial)


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


def _chain(error: BaseException | None) -> str:
    """The messages of an error and its causes."""
    messages: list[str] = []
    while error is not None and len(messages) < 10:
        messages.append(str(error))
        error = error.__cause__ or error.__context__
    return "\n".join(messages)
