"""Every failure of a model as one sentence with its fix."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.config import ModelConfig
from codeassist.errors import ModelError
from codeassist.models.failures import first_line, is_overflow, of_local_model, of_provider

SETTINGS = ModelConfig(name="openai:gpt-5-mini", timeout=7.5, retries=3)
URL = "http://127.0.0.1:8000/v1"


def failure(message: str = "denied", *, kind: str = "APIError", **attributes: object) -> Exception:
    """An exception of a client library, by the name of its class."""
    error: Exception = type(kind, (Exception,), {})(message)
    for name, value in attributes.items():
        setattr(error, name, value)
    return error


def explained(error: Exception, base_url: str = "", partial: str = "") -> ModelError:
    return of_provider(error, SETTINGS, base_url, "OPENAI_API_KEY", partial)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (failure(status_code=401), "The key for 'openai:gpt-5-mini' was refused: check OPENAI_API_KEY. (denied)"),
        (failure(status_code=403), "The key for 'openai:gpt-5-mini' was refused: check OPENAI_API_KEY. (denied)"),
        (
            failure(status_code=404),
            "There is no model 'gpt-5-mini', or nothing at that address: check [model] name and base_url. (denied)",
        ),
        (failure(status_code=429), "'openai:gpt-5-mini' exceeded its rate limit or quota, after 3 retries. (denied)"),
        (failure(status_code=500), "'openai:gpt-5-mini' failed (500), after 3 retries. (denied)"),
        (failure(status_code=503), "'openai:gpt-5-mini' failed (503), after 3 retries. (denied)"),
        (failure("bad request", status_code=400), "'openai:gpt-5-mini' failed: bad request."),
        (failure(kind="ContentFilterFinishReasonError"), "'openai:gpt-5-mini' refused to answer (content filter). (denied)"),
        (
            failure("code: content_filter", status_code=400),
            "'openai:gpt-5-mini' refused to answer (content filter). (code: content_filter)",
        ),
        (
            failure("slow", kind="APITimeoutError"),
            "'openai:gpt-5-mini' did not answer within 7.5 seconds: raise timeout under [model]. (slow)",
        ),
        (
            failure("The read operation timed out"),
            "'openai:gpt-5-mini' did not answer within 7.5 seconds: raise timeout under [model]. (The read operation timed out)",
        ),
        (
            failure("refused", kind="APIConnectionError"),
            "No connection to 'openai:gpt-5-mini': is the server running, and are HTTPS_PROXY and SSL_CERT_FILE right. (refused)",
        ),
        (
            failure("Cannot connect to host"),
            (
                "No connection to 'openai:gpt-5-mini': is the server running, and are HTTPS_PROXY and SSL_CERT_FILE right. "
                "(Cannot connect to host)"
            ),
        ),
        (failure("it broke\nTraceback follows"), "'openai:gpt-5-mini' failed: it broke."),
        (failure("It broke."), "'openai:gpt-5-mini' failed: It broke."),
        (failure("", kind="OddError"), "'openai:gpt-5-mini' failed: OddError."),
    ],
)
def test_each_failure_has_its_sentence(error, sentence):
    assert str(explained(error)) == sentence


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (failure(status_code=401), f"was refused at {URL}: check"),
        (failure(status_code=404), f"There is no model 'gpt-5-mini' at {URL}, or nothing"),
        (failure(status_code=502), f"'openai:gpt-5-mini' at {URL} failed (502)"),
        (failure(kind="ReadTimeout"), f"'openai:gpt-5-mini' at {URL} did not answer"),
        (failure(kind="ConnectError"), f"No connection to 'openai:gpt-5-mini' at {URL}: is the server running"),
        (failure("odd"), f"'openai:gpt-5-mini' at {URL} failed: odd."),
    ],
)
def test_the_address_of_a_custom_server_is_named(error, place):
    assert place in str(explained(error, URL))


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 8192 tokens",
        "context_length_exceeded",
        "the request exceeds the context window",
        "prompt is too long: 300000 tokens",
        "Too many tokens",
    ],
)
def test_messages_that_are_too_long_are_recognised_whatever_the_status(message):
    error = failure(message, status_code=429)
    assert is_overflow(error)
    assert str(explained(error)).startswith(
        "The messages are too long for 'openai:gpt-5-mini': lower context_tokens under [ask], or set context_window under [model]."
    )
    assert not is_overflow(failure("rate limit of 10 tokens a minute"))


def test_the_status_may_be_that_of_the_response():
    error = failure(response=SimpleNamespace(status_code=401))
    assert "was refused" in str(explained(error))


def test_an_untrusted_certificate_is_found_among_the_causes():
    cause = OSError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    error = failure("Connection error.", kind="APIConnectionError")
    error.__cause__ = failure("handshake")
    error.__cause__.__context__ = cause
    assert str(explained(error, URL)).startswith(
        f"The certificate at {URL} is not trusted: set SSL_CERT_FILE to the certificates of your authority."
    )
    error.__cause__.__context__ = None
    assert str(explained(error, URL)).startswith("No connection to")


def test_causes_that_form_a_circle_end():
    error, other = failure("one"), failure("other")
    error.__context__, other.__context__ = other, error
    assert str(explained(error)) == "'openai:gpt-5-mini' failed: one."


def test_the_text_received_before_a_failure_is_kept():
    error = explained(failure("peer closed", kind="RemoteProtocolError", status_code=500), partial="Half of")
    assert error.partial == "Half of"
    assert str(error) == "'openai:gpt-5-mini' broke off in the middle of its answer (RemoteProtocolError)."


def test_a_long_detail_is_shortened():
    assert len(str(explained(failure("x" * 5_000, status_code=429)))) < 350


@given(
    st.text(max_size=80),
    st.sampled_from([None, 400, 401, 404, 429, 500]),
    st.sampled_from(["APIError", "APITimeoutError", "ConnectError"]),
    st.sampled_from(["", "Half"]),
)
def test_every_explanation_is_one_sentence_on_one_line(message, status, kind, partial):
    error = explained(failure(message, kind=kind, status_code=status), URL, partial)
    assert len(str(error).splitlines()) == 1
    assert str(error)[0] == str(error)[0].upper()
    assert str(error).endswith((".", ")"))
    assert error.partial == partial


@pytest.mark.parametrize(
    ("message", "explanation"),
    [
        (
            "CUDA out of memory. Tried to allocate 2 GiB",
            (
                "cuda ran out of memory: lower context_tokens under [ask] or max_output_tokens under [model], "
                "start a new chat, or use a smaller model or quantization"
            ),
        ),
        (
            "Torch not compiled with CUDA enabled",
            'the installed torch cannot use CUDA: set device = "cpu" or "auto" under [model]',
        ),
        (
            "Found no NVIDIA driver on your system",
            'the installed torch cannot use CUDA: set device = "cpu" or "auto" under [model]',
        ),
        ("expected scalar type Half but found Float", 'cuda cannot compute in float16: set dtype = "float32" under [model]'),
        ("\"addmm\" not implemented for 'Half'", 'cuda cannot compute in float16: set dtype = "float32" under [model]'),
        ("mat1 and mat2 must have the same dtype", 'cuda cannot compute in float16: set dtype = "float32" under [model]'),
        (
            "Please pass the argument `trust_remote_code=True`",
            "the model brings its own code: set trust_remote_code = true under [model] if you trust it",
        ),
        (
            "does not recognize this architecture",
            "the installed transformers does not support the model: upgrade it (does not recognize this architecture)",
        ),
        ("a new fault\nwith details", "a new fault"),
        ("A new fault.", "A new fault"),
        ("", "RuntimeError"),
    ],
)
def test_each_failure_of_a_local_model_has_its_sentence(message, explanation):
    error = of_local_model(RuntimeError(message), "local:tiny", "cuda", "float16", "Half")
    assert str(error) == f"'local:tiny' failed on cuda: {explanation}."
    assert error.partial == "Half"


def test_the_first_line_of_an_error_is_never_empty():
    assert first_line(ValueError("  one \ntwo")) == "one "
    assert first_line(ValueError("\n \n")) == "ValueError"
