"""Give every grammar texts that no one writes, and count those that cost more than themselves.

    python benchmarks/fuzz_grammars.py [--inputs 20000] [--seed 1] [--jobs 2] [--corpus FOLDER ...] [--json]

The inputs are mutated real files, brackets and blocks nested up to 5,000 deep, random bytes, and text of all planes of Unicode.
Each is parsed as the index parses files: in worker processes with limits. An input is lost when there is no answer, or when
the chunks of the answer do not cover each of its non-blank lines once. The exit code is 1 if any input is lost.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from indexers.build.messages import ParsedFile, Settings, Text
from indexers.build.worker import Worker
from indexers.files.decoding import decode, split_lines
from indexers.syntax.languages import LANGUAGES, detect

REPOSITORY = Path(__file__).parents[1]
SAMPLES = REPOSITORY / "tests" / "cases" / "languages"
MOST_BYTES = 200_000
BATCH = 20
PARSED = [language.name for language in LANGUAGES if language.grammar]
OPENERS = (
    "(",
    "[",
    "{",
    "<",
    "f(",
    "a[",
    "{a:",
    "<a>",
    "<a b={",
    "if (x) {",
    "> ",
    "- ",
    "  ",
    "* ",
    "#",
    "`",
    '"',
    "'",
    "/*",
    "${",
    "-",
    "!",
)
TOKENS = (
    b"(",
    b")",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b'"',
    b"'",
    b"`",
    b";",
    b":",
    b"\n",
    b"\t",
    b"#",
    b"//",
    b"/*",
    b"*/",
    b"\\",
    b"@",
    b"=",
    b"\0",
    b"\xff",
    b"\r",
)


def corpus(folders: list[Path]) -> dict[str, list[bytes]]:
    """Real texts of each language: the samples of the tests, and at most 40 files of a language from the folders."""
    texts: dict[str, list[bytes]] = {name: [] for name in PARSED}
    files = [p for p in sorted(SAMPLES.iterdir()) if p.suffix != ".expected"]
    for folder in folders:
        files += sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink() and ".git" not in p.parts)
    for path in files:
        name = detect(path.name).name
        if name in texts and len(texts[name]) < 40 and path.stat().st_size <= MOST_BYTES:
            texts[name].append(path.read_bytes())
    return texts


def mutated(rng: random.Random, source: bytes) -> bytes:
    """The source with up to 30 pieces deleted, inserted, repeated or changed."""
    data = bytearray(source)
    for _ in range(rng.randint(1, 30)):
        place = rng.randrange(len(data) + 1)
        choice = rng.randrange(5)
        if choice == 0:
            del data[place : place + rng.randint(1, 200)]
        elif choice == 1:
            data[place:place] = rng.choice(TOKENS) * rng.choice((1, 1, 1, 2, 8, 300))
        elif choice == 2:
            data[place:place] = data[(start := rng.randrange(len(data) + 1)) : start + rng.randint(1, 400)]
        elif choice == 3:
            data[place : place + 4] = rng.randbytes(rng.randint(0, 4))
        else:
            del data[place + rng.randint(0, 3000) :]
    return bytes(data[:MOST_BYTES])


def nested(rng: random.Random) -> bytes:
    """One or two openers repeated up to 5,000 times, on one line or on a line each, sometimes closed."""
    opener = "".join(rng.choice(OPENERS) for _ in range(rng.choice((1, 1, 2))))
    depth = rng.choice((8, 60, 255, 256, 1000, 5000))
    if rng.random() < 0.3:
        depth = min(depth, 500)
        return "\n".join("  " * n + rng.choice((opener, "k:", "- k:", "if x:", "* a")) for n in range(depth)).encode()
    text = opener * depth + rng.choice(("", "x", "\n", " needle\n", ":"))
    if rng.random() < 0.5:
        text += opener.translate(str.maketrans("([{<", ")]}>"))[::-1] * depth
    return text.encode()


def unicode_text(rng: random.Random) -> bytes:
    """Characters of all planes between words, digits and punctuation."""
    pieces = [
        "1",
        "a",
        "x1",
        " ",
        "\n",
        "\n\n",
        "# ",
        "- ",
        "> ",
        "```",
        "def f():",
        "{",
        "}",
        '"',
        "=",
        ":",
        "<",
        "&",
        "\u202e",
        "\ufeff",
        "\u2028",
    ]
    return "".join(
        chr(rng.randrange(0x110000)) if rng.random() < 0.5 else rng.choice(pieces) for _ in range(rng.randint(1, 400))
    ).encode("utf-8", "replace")


def inputs(seed: int, count: int, texts: dict[str, list[bytes]]) -> Iterator[tuple[str, Text]]:
    """(kind, text) of `count` inputs; the same for the same seed and corpus."""
    rng = random.Random(seed)
    for number in range(count):
        language = PARSED[number % len(PARSED)]
        kind = rng.choices(("mutated", "nested", "bytes", "unicode"), (50, 20, 15, 15))[0]
        if kind == "mutated":
            data = mutated(rng, rng.choice(texts[language] or [b"x"]))
        elif kind == "nested":
            data = nested(rng)
        elif kind == "bytes":
            data = rng.randbytes(rng.randint(1, 3000))
        else:
            data = unicode_text(rng)
        yield kind, Text(f"{number}", language, data)


def covered_once(text: Text, parsed: ParsedFile) -> bool:
    """Whether the chunks cover every non-blank line of the text exactly once."""
    lines = split_lines(decode(text.data))
    covered = [n for c in parsed.chunks for n in range(c.start_line, c.end_line + 1) if lines[n - 1].strip()]
    return covered == [n for n, line in enumerate(lines, 1) if line.strip()]


def run(batches: Iterator[list[tuple[str, Text]]], results: list[tuple[str, str, str, float]]) -> None:
    """Parse batches in one worker; appends (kind, language, result, seconds) for each input."""
    worker = Worker()
    try:
        for batch in batches:
            answers = worker.answers([text for _, text in batch], Settings())
            for kind, text in batch:
                started = time.perf_counter()
                answer = next(answers, "no answer")
                whole = isinstance(answer, ParsedFile) and covered_once(text, answer)
                result = (answer.problem or "parsed") if whole else f"LOST: {answer if isinstance(answer, str) else 'lines'}"
                results.append((kind, text.language, result, time.perf_counter() - started))
    finally:
        worker.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--corpus", type=Path, nargs="*", default=[REPOSITORY / "indexers", Path(sysconfig.get_path("purelib"))]
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    stream = inputs(options.seed, options.inputs, corpus(options.corpus))
    results: list[tuple[str, str, str, float]] = []
    by_language: dict[str, list[tuple[str, Text]]] = {}
    for kind, text in stream:
        by_language.setdefault(text.language, []).append((kind, text))
    shares: list[list[list[tuple[str, Text]]]] = [[] for _ in range(options.jobs)]
    for number, texts in enumerate(by_language.values()):  # a worker loads each of its grammars once
        shares[number % options.jobs] += [texts[n : n + BATCH] for n in range(0, len(texts), BATCH)]
    with ThreadPoolExecutor(options.jobs) as pool:
        for future in [pool.submit(run, iter(share), results) for share in shares]:
            future.result()
    counts = Counter((kind, result) for kind, _, result, _ in results)
    languages = Counter((language, result) for _, language, result, _ in results if result != "parsed")
    lost = sum(n for (_, result), n in counts.items() if result.startswith("LOST")) + options.inputs - len(results)
    if options.json:
        print(json.dumps({"inputs": options.inputs, "lost": lost, "results": [[*k, n] for k, n in sorted(counts.items())]}))
    else:
        for (kind, result), number in sorted(counts.items()):
            print(f"{number:>7}  {kind:<8} {result}")
        print("\nBy language:", *(f"{n:>6}  {name:<10} {result}" for (name, result), n in languages.most_common()), sep="\n")
        print(f"\n{options.inputs} inputs, {lost} lost; the slowest took {max(r[3] for r in results):.1f} s")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
