"""The loop of a worker process: requests from standard input, one answer for each to standard output."""

from __future__ import annotations

import gc
import os
import pickle
import sys
from typing import TYPE_CHECKING

from indexers.build.limits import end_limit, limit_file, limit_process
from indexers.build.messages import Outcome, ParsedFile, Request, Settings, Text
from indexers.build.parsing import parse_text
from indexers.build.prepare import prepare_item

if TYPE_CHECKING:
    from indexers.encoders.static import StaticEncoder


def serve() -> None:
    """Answer lists of requests until standard input ends; `Settings` between them hold for what follows.

    The answer to an `Item` is an `Outcome`, to a `Text` a `ParsedFile`, or an exception that is not the file's fault.
    """
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # the pipe carries only pickled results
    gc.disable()  # a file creates many objects and hardly any cycles; reference counting frees them
    settings, encoder, failure = Settings(), None, None
    while True:
        try:
            requests: Settings | list[Request] = pickle.load(source)
        except EOFError:
            return
        if isinstance(requests, Settings):
            settings = requests
            try:
                encoder = _load_encoder(settings)
            except Exception as error:  # noqa: BLE001  # the parent raises it
                failure = error
            limit_process()
            continue
        for request in requests:
            try:
                pickle.dump(failure or _answer(request, settings, encoder), sink, protocol=5)
                sink.flush()
            except BrokenPipeError:  # the parent is gone
                os._exit(0)


def _answer(request: Request, settings: Settings, encoder: StaticEncoder | None) -> Outcome | ParsedFile | Exception:
    limit_file(len(request.data) if isinstance(request, Text) else request.file.size)
    try:
        if isinstance(request, Text):
            return parse_text(request.path, request.language, request.data, request.problem)
        return prepare_item(request, encoder, settings.unparsed)
    except Exception as error:  # noqa: BLE001  # a bug in this package: the parent raises it
        return error
    finally:
        end_limit()


def _load_encoder(settings: Settings) -> StaticEncoder | None:
    if not settings.encode:
        return None
    from indexers.encoders.static import StaticEncoder

    return StaticEncoder.load(settings.encoder)
