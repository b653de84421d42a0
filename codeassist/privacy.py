"""Detect secrets with `detect-secrets` and some patterns of our own, and mask them before text leaves the machine."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

PLUGINS = (
    "ArtifactoryDetector",
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "CloudantDetector",
    "DiscordBotTokenDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "IbmCloudIamDetector",
    "JwtTokenDetector",
    "KeywordDetector",
    "MailchimpDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "SquareOAuthDetector",
    "StripeDetector",
    "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)
"""Pattern-based detectors; those based on entropy alone report ordinary identifiers and hashes, so they are not used."""

MASK = "***MASKED***"
_TOKEN = re.compile(r"[^\s\"'`,;()<>{}\[\]=]+")
_PLACEHOLDER = re.compile(
    r"(?i)^(?:\W*|x+|none|null|true|false|secret|password|changeme|example|test|your[-_ ].*|<.*>|\$\{?\w+\}?|\*+MASKED\*+)$"
)
_OWN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Password in an address", re.compile(r"://[^/\s:@\"']+:([^\s\"']+)@")),
    (
        "API key",
        re.compile(r"\b(sk-(?:ant-)?[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,})"),
    ),
    ("Bearer token", re.compile(r"(?i)\bbearer\s+([A-Za-z0-9._~+/-]{16,}=*)")),
    (
        "Named secret",  # `password: x`, `API_KEY=x`, `--token=x` in configuration files; a digit separates values from code
        re.compile(
            r"(?i)(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[\w-]*[\"']?"
            r"\s*[:=]\s*[\"']?(?=[^\s\"',;(]*\d)([A-Za-z0-9+/_!@#$%^&*~.-]{8,}=*)(?=[\s\"',;]|$)"
        ),
    ),
)
_KEY_BEGIN = re.compile(r"-----BEGIN [^-\n]*PRIVATE KEY[^-\n]*-----")
_KEY_END = re.compile(r"-----END [^-\n]*PRIVATE KEY[^-\n]*-----")
_KEY_BODY = re.compile(
    r"^\W*(?:[A-Za-z0-9+/=]{16,}\W*(?:\\n)?\W*$|(?:Version|Comment|Hash|Charset|MessageID|Proc-Type|DEK-Info|Subject): )"
)


@lru_cache
def _detectors() -> tuple[Any, ...]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    classes = {kind.__name__: kind for kind in get_mapping_from_secret_type_to_class().values()}
    return tuple(classes[name]() for name in PLUGINS if name in classes)


def find_secrets(line: str) -> list[tuple[str, str]]:
    """(kind, secret) for every likely secret in a line: the whole token, not only the part that a pattern matches."""
    secrets = [(kind, m[1]) for kind, pattern in _OWN for m in pattern.finditer(line) if not _PLACEHOLDER.match(m[1])]
    for detector in _detectors():
        for secret in detector.analyze_line(filename="", line=line, line_number=1):
            value = secret.secret_value or ""
            position = line.find(value)
            if not value or position < 0 or (secret.type == "Secret Keyword" and _PLACEHOLDER.match(value)):
                continue
            token = next((m[0] for m in _TOKEN.finditer(line) if m.start() <= position < m.end()), value)
            secrets.append((secret.type, value if secret.type == "Secret Keyword" else token))
    return secrets


def mask(text: str) -> tuple[str, int]:
    """The text with every secret replaced by `MASK`, and the number of secrets. Line breaks are kept."""
    lines, count = _without_keys(text.split("\n"))
    for number, line in enumerate(lines):
        secrets = sorted({secret for _, secret in find_secrets(line)}, key=len, reverse=True)
        for position, secret in enumerate(secrets):
            if not any(secret in longer for longer in (MASK, *secrets[:position])):
                lines[number] = lines[number].replace(secret, MASK)
                count += 1
    return "\n".join(lines), count


def _without_keys(lines: list[str]) -> tuple[list[str], int]:
    """The lines with the bodies of private keys masked, even where a begin or end marker is missing, and their number."""
    masked: list[str] = []
    count, inside = 0, False
    for line in lines:
        if _KEY_BEGIN.search(line):
            inside = not _KEY_END.search(line)
            tail = _KEY_BEGIN.split(line, maxsplit=1)[1]
            masked.append(line[: len(line) - len(tail)] + (MASK if len(tail) > 20 else tail))
            count += 1
        elif _KEY_END.search(line):
            if not inside:
                start = len(masked)
                while start and _KEY_BODY.match(masked[start - 1]):
                    start -= 1
                masked[start:] = [MASK] * (len(masked) - start)
                count += 1
            inside = False
            masked.append(_KEY_END.search(line)[0] if len(line) > 60 else line)  # type: ignore[index]
        elif inside and (_KEY_BODY.match(line) or not line.strip(" #/*\t\"'")):
            masked.append(MASK if line.strip() else line)
        else:
            inside = False
            masked.append(line)
    return masked, count
