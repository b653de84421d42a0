"""Statistics of an index: on standard output where they are the result, else on standard error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codeassist.cli.output import console, note, safe_path
from indexers.types import Counts, Statistics

_MOST_NAMED = 5
"""The most files that are named on one line; all are in the JSON form."""

MOST_LANGUAGES = 8
"""The most languages that `index` lists; `status` lists all."""

_NAMES = {"other": "other text files"}
"""What a row is called where the name in the index would not be understood."""

_COLUMNS = ("files", "lines", "chunks", "symbols")


def print_languages(languages: Mapping[str, Counts], *, most: int | None = None, error: bool = True) -> None:
    """Print files, lines, chunks and symbols by language; of more than `most` languages the rest in one row."""
    from rich.table import Table

    if not languages:
        (note if error else print)("No file is indexed.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("language")
    for column in _COLUMNS:
        table.add_column(column, justify="right")
    ordered = sorted(languages.items(), key=lambda entry: -entry[1].chunks)
    shown = ordered if most is None or len(ordered) <= most + 1 else ordered[:most]
    for name, counts in shown:
        table.add_row(_NAMES.get(name, name), *_sums([counts]))
    if rest := ordered[len(shown) :]:
        table.add_row(f"{len(rest)} more languages", *_sums([counts for _, counts in rest]))
    if len(ordered) > 1:
        table.add_row("total", *_sums(list(languages.values())), style="bold")
    console(error=error).print(table)


def _sums(counted: Sequence[Counts]) -> list[str]:
    return [f"{sum(getattr(counts, column) for counts in counted):,}" for column in _COLUMNS]


def print_skipped(skipped: dict[str, int], *, error: bool = True) -> None:
    """Print the number of skipped files by reason, on one line."""
    if skipped:
        ordered = sorted(skipped.items(), key=lambda entry: -entry[1])
        (note if error else print)("Skipped: " + ", ".join(f"{count} {reason}" for reason, count in ordered))


def print_unparsed(unparsed: Sequence[tuple[str, str]], *, error: bool = True) -> None:
    """Print which files were split by lines because their parser failed, and the causes, on one line."""
    if unparsed:
        named = [f"{safe_path(path)} ({cause})" for path, cause in unparsed[:_MOST_NAMED]]
        more = f", and {len(unparsed) - _MOST_NAMED} more" if len(unparsed) > _MOST_NAMED else ""
        text = f"Indexed as lines, without definitions: {', '.join(named)}{more}"
        (note if error else print)(text)


def print_encodings(statistics: Statistics, *, error: bool = True) -> None:
    """Print which other encodings than UTF-8 were found, and how many characters could not be decoded."""
    write = note if error else print
    if statistics.encodings:
        ordered = sorted(statistics.encodings.items(), key=lambda entry: (-entry[1], entry[0]))
        write("Encodings other than UTF-8: " + ", ".join(f"{count} {name}" for name, count in ordered))
    if statistics.replaced_files:
        characters, files = statistics.replaced_characters, statistics.replaced_files
        places = f"{characters} character{'s' * (characters != 1)} in {files} file{'s' * (files != 1)}"
        write(f"Replaced: {places} could not be decoded")
