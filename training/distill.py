"""Distil the static model that ships with the package from all-MiniLM-L6-v2 (Apache-2.0).

    python training/distill.py --teacher MODEL_FOLDER --corpus FOLDER... --out indexers/encoders/model.npz

Vocabulary: the teacher's own word pieces that are plain ASCII letters or digits, and the most frequent identifier
parts of the corpus folders. Row of an entry: the teacher's mean-pooled embedding of the entry alone, centred and
reduced by principal components. Weight of an entry: a / (a + p), p its share of all tokens of the corpus (Arora et
al., 2017). Needs the extra `local`; deterministic for the same inputs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np

from indexers.languages import CODE, detect
from indexers.tokens import words

SMOOTHING = 1e-3
MIN_COUNT = 20


def count_words(folders: list[Path]) -> Counter[str]:
    """How often each identifier part occurs in the source files of `folders`."""
    counts: Counter[str] = Counter()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and detect(path.name).role == CODE and path.stat().st_size < 1_000_000:
                counts.update(words(path.read_text(encoding="utf-8", errors="replace")))
    return counts


def choose_vocabulary(pieces: list[str], counts: Counter[str], extra: int) -> list[str]:
    """The teacher's ASCII word pieces, then the most frequent other words of the corpus."""
    kept = [piece for piece in pieces if piece.removeprefix("##").isalnum() and piece.isascii()]
    known = set(kept)
    frequent = (w for w, n in counts.most_common() if n >= MIN_COUNT and w not in known and w.isascii() and len(w) > 1)
    return kept + [word for word, _ in zip(frequent, range(extra), strict=False)]


def embed(teacher: str, entries: list[str]) -> np.ndarray:
    """The teacher's embeddings of the entries, shape (n, 384)."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(teacher, device="cpu")
    return model.encode([e.removeprefix("##") for e in entries], batch_size=256, show_progress_bar=True)


def save(path: Path, table: np.ndarray, scale: np.ndarray, vocabulary: list[str], card: dict[str, str]) -> None:
    """Write a model file as `indexers.encoders.static` reads it, with a fingerprint of its arrays in the card."""
    entries = np.frombuffer("\n".join(vocabulary).encode(), dtype=np.uint8)
    state = hashlib.sha256()
    for array in (table, scale, entries):
        state.update(array.tobytes())
    full = {**card, "fingerprint": state.hexdigest()[:16]}
    np.savez(path, table=table, scale=scale, vocabulary=entries, card=np.frombuffer(json.dumps(full).encode(), dtype=np.uint8))


def main() -> None:
    """Run the whole distillation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", required=True)
    parser.add_argument("--corpus", type=Path, nargs="+", required=True)
    parser.add_argument("--extra-words", type=int, default=6000)
    parser.add_argument("--dimension", type=int, default=128)
    parser.add_argument("--out", type=Path, default=Path("indexers/encoders/model.npz"))
    options = parser.parse_args()
    from transformers import AutoTokenizer

    counts = count_words(options.corpus)
    ids = AutoTokenizer.from_pretrained(options.teacher).get_vocab()
    vocabulary = choose_vocabulary(sorted(ids, key=ids.__getitem__), counts, options.extra_words)
    rows = embed(options.teacher, vocabulary)
    rows = rows - rows.mean(axis=0)
    _, _, axes = np.linalg.svd(rows, full_matrices=False)
    rows = rows @ axes[: options.dimension].T
    total = sum(counts.values())
    share = np.array([counts[entry] / total for entry in vocabulary])
    weights = SMOOTHING / (SMOOTHING + share)
    largest = np.abs(rows).max(axis=1)
    table = np.rint(rows / largest[:, None] * 127).astype(np.int8)
    scale = (largest / 127 * weights).astype(np.float32)
    save(options.out, table, scale, vocabulary, {"name": "minilm-distilled-1", "teacher": "all-MiniLM-L6-v2"})
    print(f"{len(vocabulary)} entries, {options.dimension} dimensions, {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
