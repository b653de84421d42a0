"""Reads (message, English) pairs from message catalogues and the glossary, and builds the shipped translation lexicon.

Catalogues are the `.po` and `.mo` files of the fetched packages and the compiler messages of TypeScript, all under
permissive licences; the glossary (`glossary/LANGUAGE.tsv`: a term, a tab, English words) was written for this project.
The lexicon maps a token of another language to the English words it implies, by IBM model 1 (Brown et al., 1993,
"The mathematics of statistical machine translation") over all pairs, with a higher weight for the glossary.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexers.syntax.words import CJK, STOP_WORDS, fold_accents, words

LANGUAGES = ("zh", "ja", "ko", "de", "fr", "es", "pt", "ru", "it")
GLOSSARY = Path(__file__).parent / "glossary"
GLOSSARY_WEIGHT = 12
MAX_MESSAGE = 300
ITERATIONS = 6
KEPT = 4
LEAST = 0.12
"""A translation is kept when its probability is at least this ..."""

LEAST_BEST = 0.35
LEAST_PAIR_OF_CHARACTERS = 0.75
"""... and the best one at least this; a pair of Chinese or Japanese characters may span two words, so it needs more."""

ENGLISH_SHARE = 3e-4
"""A word in more than this share of English texts counts as English, even if another language has it (`die`, `list`)."""

_LOCALE = re.compile(
    r"(?:^|[/._-])(zh|ja|ko|de|fr|es|pt|ru|it)(?:[-_](?:[A-Z][A-Za-z]{3}|[A-Z]{2}|hans|cn))?(?=/|[./_-]\w*\.?(?:po|mo|json)$|\.)",
    re.IGNORECASE,
)
_TRADITIONAL = re.compile(r"zh[-_](?:tw|hk|hant)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"%\([\w ]+\)[sdrif]|%[sdrif]|\{[^}]*\}|<[^>]*>|&\w+;|\\[nt]")


@dataclass(frozen=True, slots=True)
class Message:
    """One message in another language and in English."""

    language: str
    text: str
    english: str


def language_of(path: str) -> str:
    """The language code in the path of a catalogue, or "" for an unsupported language (traditional Chinese is one)."""
    if _TRADITIONAL.search(path):
        return ""
    codes = _LOCALE.findall(path)
    return str(codes[-1]).lower() if codes else ""


def _clean(text: str) -> str:
    return " ".join(_PLACEHOLDER.sub(" ", text).replace("&", "").split())[:MAX_MESSAGE]


def catalogue_messages(work: Path) -> Iterator[Message]:
    """Every translated message of the fetched packages, without duplicates."""
    import polib

    seen: set[tuple[str, str]] = set()
    for path in sorted((work / "sources").rglob("*")):
        if path.suffix not in (".po", ".mo", ".json") or not (language := language_of(path.as_posix()[-120:])):
            continue
        try:
            if path.suffix == ".json":
                entries = _from_json(path)
            else:
                catalogue = polib.pofile(str(path)) if path.suffix == ".po" else polib.mofile(str(path))
                entries = [(entry.msgid, entry.msgstr) for entry in catalogue if "fuzzy" not in entry.flags]
        except (OSError, ValueError, UnicodeDecodeError, LookupError):
            continue
        for english, text in entries:
            message = Message(language, _clean(text), _clean(english))
            if message.text and message.english and message.text != message.english and (language, message.text) not in seen:
                seen.add((language, message.text))
                yield message


def _from_json(path: Path) -> list[tuple[str, str]]:
    """TypeScript's messages: the key is the English text with underscores and a number."""
    if "diagnosticMessages" not in path.name:
        return []
    data = json.loads(path.read_text(encoding="utf-8-sig"))
    return [(re.sub(r"_\d+$", "", key).replace("_", " "), value) for key, value in data.items() if isinstance(value, str)]


def glossary() -> Iterator[Message]:
    """The entries of the glossary; question words (`where`, `how`) have an empty English side."""
    for path in sorted(GLOSSARY.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            term, _, english = line.partition("\t")
            if term.strip():
                yield Message(path.stem, term.strip(), english.strip())


def foreign_words(text: str, language: str) -> list[str]:
    """The tokens of a message to translate: all words in Latin-script languages, only non-ASCII words in the others."""
    tokens = words(text)
    if language in ("zh", "ja", "ko", "ru"):
        return [word for word in tokens if not word.isascii()]
    return [word for word in tokens if len(word) > 1 and not word.isdigit()]


def align(messages: Iterable[Message]) -> dict[str, list[tuple[str, float]]]:
    """Token -> [(English word, probability)], best first, by IBM model 1 in the direction token -> English."""
    bags: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    fixed = list(glossary())
    terms = {m.text.lower(): m for m in fixed}
    for message in (*messages, *fixed):
        weight = GLOSSARY_WEIGHT if terms.get(message.text.lower()) is message else 1
        source = tuple(dict.fromkeys(foreign_words(message.text, message.language)))[:40]
        target = tuple(dict.fromkeys(w for w in words(message.english) if w not in STOP_WORDS and w.isalpha() and len(w) > 1))[
            :40
        ]
        if source and weight > 1 and not target:
            target = ("\0",)  # a question word: its weight goes to no English word
        if source and target:
            bags[source, target] += weight
    cooccurrences: dict[str, Counter[str]] = defaultdict(Counter)
    for (source, target), n in bags.items():
        for token in source:
            for word in target:
                cooccurrences[token][word] += n / len(source)
    table = {s: {t: n / sum(ts.values()) for t, n in ts.items()} for s, ts in cooccurrences.items()}
    for _ in range(ITERATIONS):
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for (source, target), n in bags.items():
            for word in target:  # distribute the word over the tokens it may come from
                shares = [(token, table[token].get(word, 0.0)) for token in source]
                total = sum(share for _, share in shares)
                if total > 0:
                    for token, share in shares:
                        counts[token][word] += n * share / total
        table = {s: {t: n / sum(ts.values()) for t, n in ts.items() if n > 1e-4} for s, ts in counts.items()}
    support: Counter[str] = Counter()
    for (source, _), n in bags.items():
        for token in source:
            support[token] += n
    lexicon = {}
    for token, probabilities in table.items():
        best = sorted(probabilities.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
        kept = [(word, p) for word, p in best if p >= LEAST and word != "\0"]
        if kept and support[token] >= 5:
            lexicon[token] = kept
    return lexicon


def english_words(texts: Iterable[str]) -> frozenset[str]:
    """The words that more than `ENGLISH_SHARE` of the texts contain."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        counts.update(set(words(text)))
    return frozenset(word for word, n in counts.items() if n > ENGLISH_SHARE * total)


def table_lines(lexicon: Mapping[str, Sequence[tuple[str, float]]], english: frozenset[str]) -> Iterator[str]:
    """The lines of `indexers/search/translations.tsv`, sorted: the glossary, and probable learned translations."""
    written: dict[str, str] = {}
    for message in glossary():
        term = fold_accents(message.text).lower()
        if " " not in term and term not in english and term not in written:
            written[term] = message.english
    for term, translations in lexicon.items():
        least = LEAST_PAIR_OF_CHARACTERS if CJK.search(term) else LEAST_BEST
        meaning = [word for word, _ in translations]
        if term in written or term in english or len(term) < 2 or translations[0][1] < least or term in meaning:
            continue
        if not CJK.search(term) and (len(term) < 4 or not term.isalpha()):
            continue
        written[term] = " ".join(meaning[:3])
    for term in sorted(written):
        yield f"{term}\t{written[term]}\n"
