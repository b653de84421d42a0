"""Where the server listens, whom it answers, and its limits."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from codeassist.errors import UsageError
from codeassist.http.tokens import Tokens

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The settings of one server.

    `names` are host names besides its own by which clients may call it. `body_bytes` is the largest request, which must arrive
    within `body_seconds`; its headers within `header_seconds`. `seconds` is the time of one answer, `concurrency` the number of
    answers at once, `write_seconds` how long a client may leave a part of an answer unread.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    tokens: Tokens = field(default_factory=Tokens)
    names: frozenset[str] = frozenset()
    body_bytes: int = 1_000_000
    body_seconds: float = 10.0
    header_seconds: float = 10.0
    seconds: float = 120.0
    write_seconds: float = 30.0
    concurrency: int = 128

    def check(self) -> None:
        """Raise `UsageError` for a server that others can reach and that asks for no token."""
        if not is_loopback(self.host) and not self.tokens:
            raise UsageError(
                f"Others can reach {self.host}: give the server a token with --token-file FILE, or listen on 127.0.0.1."
            )

    @property
    def hosts(self) -> frozenset[str]:
        """The host names that a request may name."""
        own = {f"[{self.host}]" if ":" in self.host else self.host}
        return LOCAL_NAMES | own | {name.lower() for name in self.names}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
