"""The end of a session: requests that still run when an editor shuts the server down leave no error behind."""

from __future__ import annotations

from contextlib import suppress
from io import RawIOBase
from typing import Any, BinaryIO


class Requests(dict[Any, Any]):
    """The running requests of pygls, which goes through them at a shutdown while each that ends is taken out."""

    def items(self) -> Any:
        """The entries as they are now."""
        return list(super().items())


class Output(RawIOBase):
    """Standard output; what is written after it was closed, here or by the editor, is dropped."""

    def __init__(self, stream: BinaryIO) -> None:
        """`stream` receives the bytes."""
        self._stream = stream
        self._ended = False

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, data: Any) -> int:
        """Write bytes, unless nobody reads them any more."""
        if not self._ended:
            try:
                self._stream.write(data)
                self._stream.flush()
            except (OSError, ValueError):  # the editor is gone; the end of its input ends the server
                self._ended = True
        return len(data)

    def close(self) -> None:
        """Close the stream."""
        self._ended = True
        with suppress(OSError, ValueError):
            self._stream.close()
