"""Where the server listens, whom it answers, and its limits."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from codeassist.errors import UsageError
from codeassist.http.tokens import Tokens

EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared, not listened on
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

    def serves(self, host: str) -> bool:
        """Whether a request may name this host (a `Host` header, with or without a port).

        A server that listens on every address is called by any of them: an address is no name that a page could have taken.
        """
        name = host_name(host)
        own = f"[{self.host}]" if ":" in self.host else self.host
        if name in LOCAL_NAMES | {host_name(known) for known in (own, *self.names)}:
            return True
        return self.host in EVERY_ADDRESS and _is_address(name.strip("[]"))


def host_name(host: str) -> str:
    """The name in a `Host` header, in lower case and without the port."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
