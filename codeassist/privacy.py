"""What must not leave the machine: secrets, found by the detectors of `detect-secrets` and masked."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

PLUGINS = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "CloudantDetector",
    "DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector", "IbmCloudIamDetector", "JwtTokenDetector",
    "KeywordDetector", "MailchimpDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector",
    "SendGridDetector", "SlackDetector", "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)  # fmt: skip
"""Detectors of a form; those of entropy alone are left out, because they take ordinary identifiers and hashes for secrets."""

MASK = "***MASKED***"
_TOKEN = re.compile(r"[^\s\"'`,;()<>{}\[\]=]+")
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"(?i)^(?:\W*|x+|none|null|true|false|secret|password|changeme|example|test|your[-_ ].*|<.*>|\$\{?\w+\}?)$"
)


@lru_cache
def _detectors() -> tuple[Any, ...]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    classes = {kind.__name__: kind for kind in get_mapping_from_secret_type_to_class().values()}
    return tuple(classes[name]() for name in PLUGINS if name in classes)


def find_secrets(line: str) -> list[tuple[str, str]]:
    """(kind, secret) for what looks like a secret in one line: the whole token, not the part a pattern names."""
    found = []
    for detector in _detectors():
        for secret in detector.analyze_line(filename="", line=line, line_number=1):
            value = secret.secret_value or ""
            at = line.find(value)
            if not value or at < 0 or (secret.type == "Secret Keyword" and _PLACEHOLDER.match(value)):
                continue
            whole = next((m[0] for m in _TOKEN.finditer(line) if m.start() <= at < m.end()), value)
            found.append((secret.type, value if secret.type in ("Secret Keyword", "Basic Auth Credentials") else whole))
    return found


def mask(text: str) -> tuple[str, int]:
    """The text with every secret replaced by a mark, and how many there were."""
    text, count = _KEY_BLOCK.subn(MASK, text)
    lines = []
    for line in text.split("\n"):
        for _, secret in sorted(find_secrets(line), key=lambda found: -len(found[1])):
            if secret in line:
                line = line.replace(secret, MASK)  # noqa: PLW2901  # the line as it will be sent
                count += 1
        lines.append(line)
    return "\n".join(lines), count
