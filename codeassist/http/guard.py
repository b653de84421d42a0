"""What stands before every endpoint: host, origin, token, size, time, number at once; headers, request ids and the log."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from codeassist.http.failures import RETRY_SECONDS, body_of
from codeassist.http.logs import log
from codeassist.http.tokens import Access

if TYPE_CHECKING:
    from codeassist.http.state import ServerState

OPEN_PATHS = ("/", "/health", "/page/")
"""What is answered without a token: the page's own files hold nothing of a repository."""

UNCOUNTED = ("/health", "/metrics", "/page/")
"""What is answered whatever the number of requests at once."""

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_REQUEST_ID = re.compile(r"[\w.-]{1,64}")


class _Refused(Exception):  # noqa: N818  # it never leaves this module
    def __init__(self, status: int, message: str, reason: str) -> None:
        super().__init__(message)
        self.status, self.reason = status, reason


class Guard:
    """Middleware that refuses what must not reach an endpoint, and records what was answered."""

    def __init__(self, app: ASGIApp, state: ServerState) -> None:
        """`app` answers what is let through."""
        self.app = app
        self.state = state
        self.settings = state.settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        scope["request_id"] = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        reply = _Reply(scope, send, self.settings.write_seconds)
        started = time.perf_counter()
        counted = not _is_at(scope["path"], UNCOUNTED)
        try:
            self._check(scope, headers)
            if counted:
                self._enter()
            try:
                body = await self._body(headers, receive)
                await self.app(scope, _replayed(body, receive), reply.send)
            finally:
                if counted:
                    self.state.metrics.running.dec()
                    self.state.running -= 1
        except _Refused as refused:
            self.state.metrics.refused.labels(refused.reason).inc()
            await reply.refuse(refused.status, str(refused))
        except ClientGoneError:
            reply.status = reply.status or 499
        except Exception as error:  # noqa: BLE001  # a bug must not show its traceback to a client
            log("bug", level=logging.ERROR, error=error, id=scope["request_id"])
            await reply.refuse(500, "The server made an error; its log has the details under this request's number.")
        finally:
            self._record(scope, reply, time.perf_counter() - started)

    def _check(self, scope: Scope, headers: Headers) -> None:
        host = headers.get("host", "")
        if not self.settings.serves(host):
            raise _Refused(403, "This host name is not served; start the server with --allow-host NAME to allow it.", "host")
        origin = headers.get("origin")
        if origin is not None and origin.lower().partition("://")[2] != host.lower():
            raise _Refused(403, "Pages of other origins are not answered.", "origin")
        access = self._access(headers)
        if access is None and not _is_at(scope["path"], OPEN_PATHS):
            raise _Refused(401, "A token is needed: send it as 'Authorization: Bearer TOKEN'.", "token")
        if access is None and scope["method"] not in ("GET", "HEAD"):
            raise _Refused(401, "A token is needed: send it as 'Authorization: Bearer TOKEN'.", "token")
        scope["access"] = access or Access(frozenset())

    def _access(self, headers: Headers) -> Access | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return self.settings.tokens.access(token.strip() if scheme.lower() == "bearer" else "")

    def _enter(self) -> None:
        if self.state.stopping:
            raise _Refused(503, "The server is stopping.", "stopping")
        if self.state.running >= self.settings.concurrency:
            raise _Refused(
                429, f"{self.settings.concurrency} requests are being answered; try again in a moment.", "concurrency"
            )
        self.state.running += 1
        self.state.metrics.running.inc()

    async def _body(self, headers: Mapping[str, str], receive: Receive) -> bytes:
        """The whole body, which must be small and arrive in time."""
        most = self.settings.body_bytes
        length = headers.get("content-length", "0")
        if not re.fullmatch(r"[0-9]{1,18}", length) or int(length) > most:
            raise _Refused(413, f"A request has at most {most:,} bytes.", "size")
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self.settings.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientGoneError
                    part = message.get("body", b"")
                    size += len(part)
                    if size > most:
                        raise _Refused(413, f"A request has at most {most:,} bytes.", "size")
                    parts.append(part)
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError as error:
            raise _Refused(408, f"The request did not arrive within {self.settings.body_seconds:g} s.", "time") from error

    def _record(self, scope: Scope, reply: _Reply, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        metrics = self.state.metrics
        metrics.requests.labels(scope["method"] if scope["method"] in _METHODS else "other", route, str(reply.status)).inc()
        metrics.seconds.labels(route).observe(seconds)
        log(
            "request",
            id=scope["request_id"],
            method=scope["method"][:16],
            route=route,
            status=reply.status,
            seconds=round(seconds, 4),
            bytes=reply.size,
            client=(scope.get("client") or ("?",))[0],
        )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class ClientGoneError(Exception):
    """The client closed the connection, or does not read."""


class _Reply:
    """The answer on its way to the client."""

    def __init__(self, scope: Scope, send: Send, seconds: float) -> None:
        self.status = self.size = 0
        self._scope, self._send, self._seconds = scope, send, seconds

    async def send(self, message: Message) -> None:
        """Send a part, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._scope["request_id"]
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        self.size += len(message.get("body", b""))
        try:
            async with asyncio.timeout(self._seconds):
                await self._send(message)
        except (TimeoutError, OSError) as error:
            raise ClientGoneError from error

    async def refuse(self, status: int, message: str) -> None:
        """Send an error, unless an answer has begun."""
        if self.status:
            return
        headers = {"Retry-After": RETRY_SECONDS} if status in (429, 503) else {}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if status in (408, 413):
            headers["Connection"] = "close"  # the rest of the body is not read
        response = JSONResponse(body_of(status, message, self._scope["request_id"]), status, headers=headers)
        with suppress(ClientGoneError):
            await response(self._scope, _nothing, self.send)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, then what follows it."""
    waiting: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _is_at(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or (place.endswith("/") and place != "/" and path.startswith(place)) for place in places)
