"""Secrets of every form are masked, and ordinary code is not."""

from __future__ import annotations

import hashlib
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.privacy import MASK, find_secrets, forms, mask
from tests.codeassist.secret_probes import expand, lines, probes

SECRETS = [
    'AWS_KEY = "AKIAIOSFODNN7ABCDEFG"',
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefgKEY",
    "password: hunter2hunter2",
    'password = "hunter2hunter2"',
    "--password=hunter2xx",
    "ANTHROPIC_API_KEY=sk-ant-api03-abcdefghijklmnopqrstuvwxyz",
    'key = "AIzaSyA1234567890abcdefghijklmnopqrstuv"',
    'token = "hf_abcdefghijklmnopqrstuvwxyz1"',
    "Authorization: Bearer abcdef.ghijkl1234567890",
    "postgres://user:s3cr3t@pw@host/db",
    'token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"',
]
CODE = [
    "def hash_password(password: str, salt: str) -> str:",
    "token = tokens[index + 1]",
    "password = get_password(user1)",
    'api_key = os.environ["OPENAI_API_KEY"]',
    "max_tokens = 1024",
    "x = compute(y)",
    "sha = '3f786850e387550fdab836ed7e6dc881de23001b'",
    "url = 'https://example.org/path@v2'",
    'AWS_KEY = "AKIAIOSFODNN7EXAMPLE"',
]


@pytest.mark.parametrize("line", SECRETS)
def test_secrets_are_masked(line):
    masked, count = mask(f"before\n{line}\nafter")
    assert count >= 1
    assert MASK in masked.split("\n")[1]
    secret = (
        line.split("=", 1)[-1].split(": ")[-1].strip(' "').removeprefix("Bearer ").rpartition("user:")[2].partition("@host")[0]
    )
    assert secret not in masked
    assert masked.startswith("before\n")
    assert masked.endswith("\nafter")


@pytest.mark.parametrize("line", CODE)
def test_code_is_not_masked(line):
    assert mask(line) == (line, 0)


BODY = "MIIEpAIBAAKCAQEA1234567890abcdef"


@pytest.mark.parametrize(
    "text",
    [
        f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n{BODY}\n-----END RSA PRIVATE KEY-----",
        f"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n{BODY}\n-----END PGP PRIVATE KEY BLOCK-----",
        f"{BODY}\n{BODY}\n-----END OPENSSH PRIVATE KEY-----",
        f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{BODY}\n{BODY}",
        f'KEY = "-----BEGIN EC PRIVATE KEY-----\\n{BODY}\\n-----END EC PRIVATE KEY-----"',
    ],
)
def test_private_keys_are_masked_even_when_truncated(text):
    masked, count = mask(f"def before(): pass\n{text}\n\nQuestion: what is it?")
    assert count == 1
    assert BODY not in masked
    assert masked.startswith("def before(): pass\n")
    assert masked.endswith("Question: what is it?")


def test_a_key_marker_alone_does_not_mask_the_following_lines():
    text = 'HEAD = "-----BEGIN RSA PRIVATE KEY-----"\nx = 1\n```\n\nQuestion: y'
    assert mask(text)[0] == text


@pytest.mark.parametrize("half", ["1", "2"])
def test_the_probes_are_masked_and_nothing_else_of_their_lines(half):
    found = probes(f"probes-{half}.txt")
    masked = [(line, secret) for line, secret in found if mask(line) == (line.replace(secret, MASK), 1)]
    assert len(found) == 50
    assert len(masked) / len(found) >= 0.97, [line for line, secret in found if (line, secret) not in masked]


@pytest.mark.parametrize("half", ["1", "2"])
def test_the_decoys_stay_as_they_are(half):
    texts = [expand(line) for line in lines(f"decoys-{half}.txt")]
    wrong = [(text, find_secrets(text)) for text in texts if mask(text) != (text, 0)]
    assert len(texts) == 50
    assert len(wrong) / len(texts) <= 0.02, wrong


def test_only_the_matched_span_is_masked_where_the_same_text_stands_twice():
    key = expand("{b6488}")
    assert mask(f"DefaultEndpointsProtocol=https;AccountName=abc;AccountKey={key};abc")[0].endswith(f"AccountKey={MASK};abc")
    line = "password = 'abc4x9q7'  # abc4x9q7 of the abc4x9q7s"
    assert mask(line) == (line.replace("'abc4x9q7'", f"'{MASK}'"), 1)


def test_a_mask_is_not_masked_again():
    once = mask('password = "hunter2hunter2"\nAuthorization: Bearer abcdef.ghijkl1234567890')
    assert mask(once[0]) == (once[0], 0)


@pytest.mark.parametrize(
    "text",
    [
        "=" * 20_000 + "_\n-----END PRIVATE KEY-----",
        "passphrase" + " " * 200_000 + "x",
        "/pwd=" * 40_000 + "(",
        "-----BEGIN " + "PRIVATE KEY " * 30_000,
    ],
    ids=["body of a key", "passphrase", "named secret", "begin of a key"],
)
def test_masking_takes_linear_time(text):
    started = time.process_time()
    mask(text)
    assert time.process_time() - started < 10.0  # a quadratic search takes a minute or more


@pytest.mark.parametrize("end", ["", '"', "\\n", '\\n"', '\\n" +', " \\", "\\\\n"])
def test_a_line_of_a_key_may_be_a_part_of_code(end):
    assert mask(f'  + "{BODY}{end}\n-----END PRIVATE KEY-----')[0] == f"{MASK}\n-----END PRIVATE KEY-----"


def test_every_form_names_its_source():
    assert all(form.name and form.words and form.pattern for form in forms()[0])
    assert all(word == word.lower() for form in forms()[0] for word in form.words)


@given(st.lists(st.sampled_from([*SECRETS, *CODE, "", "# text", "-----END RSA PRIVATE KEY-----"]), max_size=6))
def test_masking_keeps_the_lines_and_masks_nothing_twice(chosen):
    text = "\n".join(chosen)
    masked, count = mask(text)
    assert masked.count("\n") == text.count("\n")
    assert mask(masked)[0] == masked or "PRIVATE KEY" in text
    assert (count == 0) == (masked == text) or "PRIVATE KEY" in text


def armour(lines, width, seed=7):
    """Lines of random base64."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    chosen = random.Random(seed)
    return ["".join(chosen.choices(letters, k=width)) for _ in range(lines)]


@pytest.mark.parametrize("width", [64, 70])
@pytest.mark.parametrize("form", ["{}", '    "{}\\n"', "# {}", "  41 {}", "+{}", "-{}", "++{}", '+    "{}\\n"', "-# {}"])
def test_the_middle_of_a_key_is_masked_without_its_markers(width, form):
    body = [form.format(line) for line in armour(4, width)]
    masked, count = mask("\n".join(["before = 1", *body, "after = 2"]))
    assert count == 1
    assert masked == "\n".join(["before = 1", *[MASK] * 4, "after = 2"])
    assert mask("\n".join([*body, form.format("aX3bY5cZ7" * 2 + "==")]))[0] == "\n".join([MASK] * 5)


@pytest.mark.parametrize("width", [64, 70])
def test_a_key_whose_lines_begin_with_a_plus_is_masked_in_a_diff_and_outside(width):
    body = ["+" + line[1:] for line in armour(4, width)]
    assert mask("\n".join(body))[0] == "\n".join([MASK] * 4)
    assert mask("\n".join(f"+{line}" for line in body))[0] == "\n".join([MASK] * 4)


@pytest.mark.parametrize(
    "before",
    [
        "if line.startswith('-----BEGIN CERTIFICATE-----'):",
        "start = text.index(b'-----BEGIN PUBLIC KEY-----')",
        "-----BEGIN CERTIFICATE-----\nfrom here on it is text",
        "MARK = '-----BEGIN CERTIFICATE-----'\n\ndef parts(text):",
    ],
)
def test_a_key_is_masked_below_code_that_names_the_marker_of_a_certificate(before):
    masked, count = mask("\n".join([before, *armour(4, 64), "after = 2"]))
    assert (masked, count) == ("\n".join([before, *[MASK] * 4, "after = 2"]), 1)


@pytest.mark.parametrize(
    "form",
    ["{}", "    {}", '    "{}\\n"', "# {}", "  41 {}", "+{}", "-{}"],
    ids=["plain", "indented", "quoted", "comment", "numbered", "added", "removed"],
)
def test_certificates_and_public_keys_stay(form):
    marker, body = "-----{} PGP PUBLIC KEY BLOCK-----", armour(9, 64)
    block = [marker.format("BEGIN"), "Version: 2", "", *body[:4], "aX3bY5cZ7Q==", "=x3bQ", marker.format("END")]
    certificate = ["-----BEGIN CERTIFICATE-----", *body[4:], "-----END CERTIFICATE-----"]
    text = "\n".join(map(form.format, [*block, *certificate]))
    assert mask(text) == (text, 0)
    assert mask(f'ROOT = """{certificate[0]}\n' + "\n".join(certificate[1:]))[1] == 0


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(armour(6, 76)),
        "\n".join(armour(2, 64)),
        "\n".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(6)),
        "\n".join(["-----BEGIN CERTIFICATE-----", *armour(6, 64), "-----END CERTIFICATE-----"]),
        "\n".join(f"{'a' * 20}.{'B' * 20}.{'c9' * 11}" for _ in range(6)),
    ],
    ids=["data of mail", "two lines", "digests", "certificate", "dotted"],
)
def test_other_long_lines_stay(text):
    assert mask(text) == (text, 0)
