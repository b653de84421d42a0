"""What calls leave: threads that end soon are no leftovers, and others are waited for a few times only."""

from __future__ import annotations

import threading
import time

from codeassist.tasks.gen_tests.search_engine.running.after_call import PATIENCE, Threads


def test_threads_that_are_told_to_end_are_waited_for():
    known, stop = threading.enumerate(), threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    threads = Threads()
    assert not threads.end("f", known)
    stop.set()
    assert threads.end("f", known)
    thread.join()


def test_threads_that_do_not_end_are_not_waited_for_again_and_again():
    known, stop = threading.enumerate(), threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    threads = Threads()
    ended = [threads.end("f", known) for _ in range(PATIENCE)]
    began = time.thread_time(), threading.active_count()
    ended += [threads.end("f", known) for _ in range(200)]  # would take 20 s
    assert not any(ended)
    assert began[1] == threading.active_count()
    stop.set()
    thread.join()
