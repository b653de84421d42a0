"""A tenth of `benchmarks/flips.py`: no flipped bit gives another answer or a crash."""

from __future__ import annotations

from benchmarks.flips import measure
from tests.conftest import SHOP, write


def test_no_flipped_bit_gives_another_answer(tmp_path):
    many = "\n\n".join(f"def part_{n}(value):\n    total = {n}\n    return value + total\n" for n in range(200))
    source = write(tmp_path / "source", {**SHOP, "many.py": many})  # enough vectors that one more goes to the log
    (tmp_path / "scratch").mkdir()
    counts = measure(tmp_path / "scratch", source, 20, 1)
    assert {"index.db", "index.seal", "runs.db", "vectors-1.faiss", "vectors-1.log"} <= counts.keys()
    for name, count in counts.items():
        assert sum(count.values()) == 20
        assert count["WRONG"] + count["CRASHED"] == 0, (name, count)
    assert counts["index.db"]["refused"] == counts["vectors-1.faiss"]["refused"] == 20
