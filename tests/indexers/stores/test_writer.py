"""Robustness of the index to damage, interruption, kills, a full disk and files that change during an update."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap

import pytest

from indexers import Index
from indexers.testing import HashEncoder
from tests.conftest import write
from tests.indexers.conftest import BIG, assert_consistent


@pytest.mark.skipif(os.name == "nt", reason="resource limits are POSIX")
def test_a_full_disk_leaves_the_previous_index(tmp_path):
    """A file size limit simulates a full disk; afterwards the old index still works and the next run completes."""
    root = write(tmp_path / "r", {"a.py": "def first():\n    return 1\n"})
    Index.build(root).close()
    write(root, {f"big{n}.py": BIG.replace("function", f"function{n}") for n in range(40)})
    script = textwrap.dedent(f"""
        import resource, signal, sys
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        from indexers import Index
        try:
            Index.build({str(root)!r})
        except Exception as error:
            print(type(error).__name__, error)
            sys.exit(7)
    """)
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 7, result.stderr
    with Index.open(root) as index:
        assert_consistent(index)
        assert index.search("first")[0].path == "a.py"
        assert len(index.files()) < 41
    with Index.build(root) as index:
        assert_consistent(index)
        assert len(index.files()) == 41


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_kill_at_random_moments(tmp_path):
    """After a kill at any time the index opens and is consistent, and the next run completes it."""
    files = {f"p{n // 20}/m{n}.py": BIG.replace("function", f"function{n}")[:3000] for n in range(160)}
    root = write(tmp_path / "r", files)
    script = (
        "import indexers.build.update as b, indexers.stores.writer as w; b.COMMIT_SECONDS, w.FIRST_VECTORS = 0.02, 0\n"
        f"from indexers import Index, IndexOptions; print('go', flush=True); Index.build({str(root)!r}, options=IndexOptions(jobs=1))"
    )
    rng = random.Random(3)
    killed = 0
    for round_ in range(8):
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert child.stdout.readline()
        deadline = rng.uniform(0.02, 0.6)
        try:
            child.wait(deadline)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            killed += 1
        child.wait()
        child.stdout.close()
        if (root / ".codeassist" / "index.db").exists():
            with Index.open(root) as index:
                assert_consistent(index)
        write(root, {f"p0/m{round_}.py": f"def changed_{round_}():\n    return {round_}\n"})
    assert killed
    with Index.build(root) as index:
        assert_consistent(index)
        assert index.statistics().languages["python"].files == 160


def test_a_branch_switch_encodes_no_chunk_twice(shop):
    encoder = HashEncoder()
    Index.build(shop, encoder=encoder).close()
    first = len(encoder.encoded)
    original = (shop / "shop/auth.py").read_text()
    write(shop, {"shop/auth.py": original + "\n\ndef fresh():\n    return 1\n" + "# note\n" * 120})
    (shop / "shop/payments.py").rename(shop / "shop/money.py")
    Index.build(shop, encoder=encoder).close()
    added = len(encoder.encoded) - first
    assert added <= 4
    write(shop, {"shop/auth.py": original})
    (shop / "shop/money.py").rename(shop / "shop/payments.py")
    with Index.build(shop, encoder=encoder) as index:
        assert len(encoder.encoded) == first + added
        assert_consistent(index)
