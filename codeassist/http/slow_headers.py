"""HTTP/1.1 connections whose headers must be complete within a time; uvicorn limits only idle connections."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class TimedHeaders(H11Protocol):
    """Answers 408 and closes a connection whose headers take longer than `header_seconds`, however many bytes come meanwhile.

    The time begins with the connection, and with the first byte of a later request on it.
    """

    header_seconds: float
    _header_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time of the first request."""
        super().connection_made(transport)
        self._time_headers()

    def data_received(self, data: bytes) -> None:
        """Start the time when a request begins; end it when its headers are complete."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._time_headers()
        else:
            self._end_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time."""
        self._end_timer()
        super().connection_lost(exc)

    def _time_headers(self) -> None:
        if self._header_timer is None:
            self._header_timer = self.loop.call_later(self.header_seconds, self._too_slow)

    def _end_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _too_slow(self) -> None:
        self._header_timer = None
        if self.transport.is_closing() or self.conn.their_state is not h11.IDLE:
            return
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            answer = h11.Response(status_code=408, headers=[(b"connection", b"close"), (b"content-length", b"0")])
            self.transport.write((self.conn.send(answer) or b"") + (self.conn.send(h11.EndOfMessage()) or b""))
        self.transport.close()


def timed_headers(seconds: float) -> type[TimedHeaders]:
    """The protocol class with this limit of time."""
    return type("TimedHeaders", (TimedHeaders,), {"header_seconds": seconds})
