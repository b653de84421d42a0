"""Build the shipped model: `python -m training --work FOLDER --teacher FOLDER --benchmark FOLDER [STAGE...]`.

Stages, in order: fetch, mine, clean, translate, prepare, train, export, questions, rank. Packages already fetched or mined
are skipped.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path

from training import mining, sources, translations
from training.cleaning import admissible, benchmark_lines, unique
from training.mining import Pair
from training.workspace import TRANSLATIONS, read_clean

STAGES = ("fetch", "mine", "clean", "translate", "prepare", "train", "export", "questions", "rank")
EVERY = 6
"""One pair in this many is used to determine which words are English."""

_known: set[int] = set()
"""The hashes of the benchmark's lines, one copy per worker process."""


def _remember(known: frozenset[int]) -> None:
    _known.update(known)


def _admit(path: Path) -> list[tuple[tuple[int, ...], Pair]]:
    with path.open(encoding="utf-8") as lines:
        return admissible((Pair(**json.loads(line)) for line in lines), _known)


def run_clean(work: Path, benchmark: Path) -> None:
    """Filter and deduplicate the pairs; print counts by language and kind."""
    known = benchmark_lines(sorted(p for p in benchmark.iterdir() if p.is_dir()))
    counts: Counter[tuple[str, str]] = Counter()
    partial = work / "clean.part"
    files = sorted((work / "pairs").glob("*.jsonl"))
    with ProcessPoolExecutor(2, initializer=_remember, initargs=(known,)) as pool, partial.open("w", encoding="utf-8") as out:
        for pair in unique(chain.from_iterable(pool.map(_admit, files, chunksize=8))):
            out.write(json.dumps(asdict(pair)) + "\n")
            counts[pair.language, pair.kind] += 1
    partial.rename(work / "clean.jsonl")
    table: dict[str, dict[str, int]] = {}
    for (language, kind), n in sorted(counts.items()):
        table.setdefault(language, {})[kind] = n
    (work / "counts.json").write_text(json.dumps(table, indent=1))
    print(sum(counts.values()), "pairs;", json.dumps(table))


def run_translate(work: Path) -> None:
    """Collect the translated messages and write the translation lexicon."""
    messages = list(translations.catalogue_messages(work))
    with (work / "messages.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(asdict(m), ensure_ascii=False) + "\n" for m in messages)
    print(Counter(m.language for m in messages))
    lexicon = translations.align(messages)
    english = translations.english_words(f"{pair.query} {pair.code}" for pair in islice(read_clean(work), 0, None, EVERY))
    TRANSLATIONS.write_text("".join(translations.table_lines(lexicon, english)), encoding="utf-8")
    print(len(lexicon), "translated tokens")


def main() -> None:
    """Run the given stages, by default all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--teacher", help="the folder of all-MiniLM-L6-v2")
    parser.add_argument(
        "--benchmark", type=Path, help="checkouts of the benchmark's repositories, to exclude from the training data"
    )
    parser.add_argument("stages", nargs="*", choices=[*STAGES, []], default=list(STAGES))
    options = parser.parse_args()
    work: Path = options.work
    for stage in STAGES:
        if stage not in options.stages:
            continue
        if stage == "fetch":
            sources.fetch_all(work)
        elif stage == "mine":
            mining.mine_all(work)
        elif stage == "clean":
            run_clean(work, options.benchmark)
        elif stage == "translate":
            run_translate(work)
        elif stage in ("questions", "rank"):
            from training import ranking

            getattr(ranking, f"run_{stage}")(work)
        else:
            from training import fitting

            getattr(fitting, f"run_{stage}")(work, options.teacher)


if __name__ == "__main__":
    main()
