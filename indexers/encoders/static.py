"""The static encoder: a sum of word vectors. Needs neither network nor torch; encodes thousands of chunks a second.

A text's vector is the normalised sum, over its distinct tokens, of (1 + log tf) x weight x row. Tokens are the parts of
identifiers (`indexers.syntax.words`); a part that is not in the vocabulary is split into the longest pieces that are,
as in WordPiece (Schuster & Nakajima, 2012). The sum of static vectors is the model of Arora et al., "A simple but
tough-to-beat baseline for sentence embeddings" (ICLR 2017); the logarithm is the usual damping of term frequency.

Model file (NumPy `.npz`, read without pickle): `table` int8 (n, d); `scale` float32 (n,), the factor of each row;
`vocabulary` uint8, the n entries in UTF-8 joined by newlines, continuation pieces starting with `##`; `card` uint8, a
JSON object with at least `name` and `fingerprint`, a hash of the arrays.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexers.errors import EncoderError
from indexers.files.reading import read_bytes
from indexers.syntax.words import identifiers, split_identifier
from indexers.types import Vectors

MOST_MODEL_BYTES = 4_000_000_000
BUNDLED = "model.npz"
_BATCH = 128
_CACHE_LIMIT = 400_000
_MAX_PIECES = 8


class Speller(dict[str, tuple[int, ...]]):
    """A cache from an identifier to the table rows of its tokens."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self._spelled: dict[str, list[int]] = {}

    def __missing__(self, identifier: str) -> tuple[int, ...]:
        if len(self) > _CACHE_LIMIT:
            self.clear()
            self._spelled.clear()
        rows: list[int] = []
        for part in split_identifier(identifier):
            row = self.vocabulary.get(part)
            if row is not None:
                rows.append(row)
                continue
            spelled = self._spelled.get(part)
            if spelled is None:
                spelled = self._spelled[part] = self._spell(part)
            rows.extend(spelled)
        result = self[identifier] = tuple(rows)
        return result

    def _spell(self, part: str) -> list[int]:
        """The rows of a word's greedy longest-match pieces; empty when a letter is unknown or there are too many pieces."""
        rows: list[int] = []
        start = 0
        while start < len(part):
            prefix = "##" if start else ""
            for end in range(len(part), start, -1):
                row = self.vocabulary.get(prefix + part[start:end])
                if row is not None:
                    rows.append(row)
                    start = end
                    break
            else:
                return []
            if len(rows) > _MAX_PIECES:
                return []
        return rows


class StaticEncoder:
    """Sums the rows of a word table; see the module docstring for the formula."""

    def __init__(self, table: NDArray[np.int8], scale: Vectors, vocabulary: list[str], name: str, fingerprint: str) -> None:
        """Create an encoder from a table of shape (n, d), a scale of shape (n,) and n entries; raises `EncoderError`."""
        if table.ndim != 2 or table.dtype != np.int8 or scale.shape != (len(table),) or len(vocabulary) != len(table):
            raise EncoderError("The shapes or types of the static model's arrays do not match.")
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = int(table.shape[1])
        self._table = table
        self._scale = scale.astype(np.float32)
        self.source: str | None = None  # the path given to `load` ("": bundled), so that workers can load the same model
        self._rows = Speller({entry: row for row, entry in enumerate(vocabulary)})

    @classmethod
    def load(cls, path: str | None = None) -> Self:
        """Read a model file, by default the bundled one; raises `EncoderError` when it is missing or damaged."""
        source = Path(path) if path else None
        try:
            data = read_bytes(source, limit=MOST_MODEL_BYTES) if source else Path(__file__).with_name(BUNDLED).read_bytes()
        except OSError as error:
            raise EncoderError(f"Cannot read the static model {path or BUNDLED}: {error.strerror or error}.") from error
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                table, scale = arrays["table"], arrays["scale"]
                vocabulary = arrays["vocabulary"].tobytes().decode("utf-8").split("\n")
                card = json.loads(arrays["card"].tobytes())
            name, fingerprint = str(card["name"]), str(card["fingerprint"])
        except Exception as error:  # NumPy and JSON raise many types for damaged files
            raise EncoderError(f"{path or BUNDLED} is not a static model of codeassist, or is damaged.") from error
        label = f"static:{path}" if path else "static"
        encoder = cls(table, scale, vocabulary, label, f"{name}-{fingerprint}")
        encoder.source = path or ""
        return encoder

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word has its own row."""
        return word in self._rows.vocabulary

    def word_vectors(self, words: Sequence[str]) -> tuple[Vectors, Vectors]:
        """Unit vectors of single lower-case words, shape (n, d), and their lengths in a text's sum, shape (n,).

        The vector of a word that is not in the table is the mean of its pieces; an unknown word gives a zero row.
        """
        rows = [self._rows[word] for word in words]
        counts = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        out = np.zeros((len(words), self.dimension), dtype=np.float32)
        flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(counts.sum()))
        if len(flat):
            pieces = self._table[flat].astype(np.float32) * self._scale[flat, None]
            filled = np.flatnonzero(counts)
            starts = np.concatenate([[0], np.cumsum(counts)[:-1]])[filled]
            out[filled] = np.add.reduceat(pieces, starts, axis=0) / counts[filled, None]
        lengths = np.linalg.norm(out, axis=1)
        np.divide(out, lengths[:, None], out=out, where=lengths[:, None] > 0)
        return out, lengths.astype(np.float32)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Encode to shape (len(texts), dimension); a text without known tokens gives a zero row."""
        return self.encode_identifiers([identifiers(text) for text in texts])

    def encode_identifiers(self, texts: Sequence[Iterable[str]]) -> Vectors:
        """`encode` for texts already split by `indexers.syntax.words.identifiers`."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            self._encode_batch(texts[start : start + _BATCH], out[start : start + _BATCH])
        return out

    def _encode_batch(self, texts: Sequence[Iterable[str]], out: Vectors) -> None:
        size = len(self._table)
        rows: list[int] = []
        ends = [0]
        for text in texts:
            rows.extend(chain.from_iterable(map(self._rows.__getitem__, text)))
            ends.append(len(rows))
        if not rows:
            return
        offsets = np.repeat(np.arange(len(texts), dtype=np.int32) * size, np.diff(ends))
        keys, counts = np.unique(offsets + np.array(rows, dtype=np.int32), return_counts=True)
        bounds = np.searchsorted(keys, np.arange(len(texts) + 1, dtype=np.int64) * size)
        keys %= size
        factors = (1.0 + np.log(counts.astype(np.float32))) * self._scale[keys]
        vectors = self._table[keys].astype(np.float32)
        for position, (start, end) in enumerate(pairwise(bounds.tolist())):
            if end > start:
                np.matmul(factors[start:end], vectors[start:end], out=out[position])
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        np.divide(out, norms, out=out, where=norms > 0)
