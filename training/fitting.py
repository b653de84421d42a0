"""The numerical stages: converting texts to rows, training, export."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training import teacher as teachers
from training.contrastive import Settings, Table, reduce, train
from training.export import quantise, save
from training.mining import first_sentence
from training.translations import foreign_words, glossary
from training.vocabulary import Texts, choose, count_words
from training.workspace import HELD_OUT, MODEL, package_number, read_clean

DIMENSION = 128
SMOOTHING = 1e-3


def _messages(work: Path) -> list[tuple[str, str, str]]:
    lines = (work / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    messages = [(m["language"], m["text"], m["english"]) for m in map(json.loads, lines)]
    return messages + [(m.language, m.text, m.english) for m in glossary() if m.english] * 3


def run_prepare(work: Path, teacher: str) -> None:
    """Choose the vocabulary, split every text into its entries, and compute the initial rows."""
    queries, short, code, coded, packages = [], [], [], [], []
    for pair in read_clean(work):
        queries.append(pair.query)
        short.append(first_sentence(pair.query))
        header = pair.name.rpartition(".")[0]
        code.append(f"{header}\n{pair.code}")
        coded.append(f"{pair.path}\n{header}\n{pair.code}")
        packages.append(package_number(pair.package))
    messages = _messages(work)
    counts = count_words(code)
    for word, n in count_words(queries).items():
        counts[word] += n
    foreign: Counter[str] = Counter()
    for language, text, _ in messages:
        foreign.update(set(foreign_words(text, language)))
    for text in (q for q in queries if not q.isascii()):
        foreign.update(set(foreign_words(text, "zh")))
    vocabulary = choose(teachers.pieces(teacher), counts, foreign)
    (work / "vocabulary.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    print(len(vocabulary), "entries;", len(queries), "pairs;", len(messages), "messages")
    sides = {"queries": queries, "short": short, "code": code, "coded": coded}
    sides |= {"foreign": [text for _, text, _ in messages], "english": [english for _, _, english in messages]}
    arrays = {}
    for name, texts in sides.items():
        spelled = Texts(vocabulary, texts)
        arrays |= {f"{name}_starts": spelled.starts, f"{name}_rows": spelled.rows, f"{name}_tf": spelled.tf}
    total = sum(counts.values())
    share = np.array([(counts[entry] + foreign[entry]) / total for entry in vocabulary])
    arrays["weights"] = (SMOOTHING / (SMOOTHING + share)).astype(np.float32)
    arrays["start"] = teachers.start_rows(teacher, vocabulary, Settings().dimension)
    np.savez(work / "prepared.npz", packages=np.array(packages, dtype=np.int64), **arrays)


def _texts(data: dict[str, NDArray[np.generic]], *names: str) -> Texts:
    """The prepared texts of the given names, concatenated."""
    joined = Texts([], [])
    parts = [(data[f"{n}_starts"], data[f"{n}_rows"], data[f"{n}_tf"]) for n in names]
    shifts = np.cumsum([0] + [int(starts[-1]) for starts, _, _ in parts])
    joined.starts = np.concatenate([[0]] + [starts[1:] + shift for (starts, _, _), shift in zip(parts, shifts, strict=False)])
    joined.rows = np.concatenate([rows for _, rows, _ in parts])
    joined.tf = np.concatenate([tf for _, _, tf in parts])
    return joined


def recall_at(table: Table, queries: Texts, code: Texts, which: NDArray[np.int64], k: int = 1) -> float:
    """The share of the pairs `which` whose code is among the k nearest to its query, of the code of all these pairs."""
    with torch.no_grad():
        sides = []
        for texts in (queries, code):
            offsets, rows, tf = texts.take(which)
            sides.append(table.embed(torch.from_numpy(offsets), torch.from_numpy(rows), torch.from_numpy(tf)))
        scores = sides[0] @ sides[1].T
        own = scores.diagonal()[:, None]
        return float(((scores > own).sum(dim=1) < k).float().mean())


def run_train(work: Path, teacher: str, settings: Settings | None = None) -> None:
    """Train the table; write the trained rows and weights to `WORK/trained.npz`."""
    settings = settings or Settings()
    data = dict(np.load(work / "prepared.npz"))
    torch.manual_seed(settings.seed)
    messages = len(data["foreign_starts"]) - 1
    queries, short = _texts(data, "queries", "foreign"), _texts(data, "short", "foreign")
    code, coded = _texts(data, "code", "english"), _texts(data, "coded", "english")
    packages = np.concatenate([data["packages"], np.full(messages, 1, dtype=np.int64)])
    held_out = np.flatnonzero(packages[: len(packages) - messages] % HELD_OUT == 0)
    sample = np.sort(np.random.default_rng(settings.seed).permutation(held_out)[:3000])
    used = np.flatnonzero(~np.isin(np.arange(len(packages)), held_out))
    used = used[(queries.starts[used + 1] > queries.starts[used]) & (code.starts[used + 1] > code.starts[used])]
    table = Table(data["start"].astype(np.float32), data["weights"].astype(np.float32), settings.temperature)
    print(f"{len(used)} pairs, {len(held_out)} held out; recall@1 before: {recall_at(table, queries, code, sample):.3f}")

    def watch(step: int, value: float) -> None:
        if step % 200 == 0:
            print(f"step {step}: loss {value:.3f}, held-out recall@1 {recall_at(table, queries, code, sample):.3f}", flush=True)

    train(table, queries, short, code, coded, packages, settings, watch, used)
    rows = table.rows.detach().numpy()
    weights = table.log_weights.detach().exp().numpy()
    print(
        f"held-out recall@1 {recall_at(table, queries, code, sample):.3f}, temperature {1 / table.log_scale.exp().item():.3f}"
    )
    np.savez(work / "trained.npz", rows=rows, weights=weights)


def run_export(work: Path, teacher: str, out: Path = MODEL) -> None:
    """Reduce, quantise and write the model file of the package."""
    data = np.load(work / "trained.npz")
    rows = reduce(data["rows"], data["weights"], DIMENSION)
    table, scale = quantise(rows, data["weights"])
    vocabulary = (work / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    card = {
        "name": "codeassist-static-2",
        "start": "all-MiniLM-L6-v2",
        "pairs": len(np.load(work / "prepared.npz")["packages"]),
    }
    save(out, table, scale, vocabulary, card)
    print(f"{len(vocabulary)} entries, {DIMENSION} dimensions, {out.stat().st_size / 1e6:.1f} MB")
