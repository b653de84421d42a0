"""Code and Markdown, rendered on a terminal and as plain text elsewhere."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from codeassist.cli.output import console, safe

THEME = "codeassist"
"""The theme of code on a terminal: the sixteen colours of the terminal, and no mark for what is not a token of the language,
such as the sign of a cut."""

_LEXERS = {"csharp": "c#", "tsx": "tsx", "text": "text", "other": "text", "make": "make", "rst": "rst"}


def relative_prefix(root: Path, start: Path) -> str:
    """The prefix that makes a root-relative path valid from the current folder."""
    here = start.resolve()
    if here == root:
        return "" if Path.cwd() == root else _from_here(root)
    return _from_here(root)


def _from_here(root: Path) -> str:
    try:
        relative = os.path.relpath(root)
    except ValueError:  # another drive on Windows
        return f"{root.as_posix()}/"
    if relative == ".":
        return ""
    return f"{root.as_posix()}/" if relative.count("..") > 2 else f"{Path(relative).as_posix()}/"


def link(text: str, path: Path, line: int = 0) -> str:
    """Text as a hyperlink to a line of a file (OSC 8); terminals without hyperlinks show the text alone."""
    fragment = f"#{line}" if line else ""
    return f"\x1b]8;;{path.absolute().as_uri()}{fragment}\x1b\\{text}\x1b]8;;\x1b\\"


def show_code(lines: Sequence[str], first: int, language: str, query: str, colour: bool) -> None:
    """Print numbered lines; on a terminal highlighted, with the words of the query underlined."""
    width = len(str(first + len(lines)))
    columns = max(20, shutil.get_terminal_size().columns - width - 7) if colour else 10_000
    clean = [_fitted(safe(line).expandtabs(4), columns) for line in lines]
    if not colour:
        for offset, line in enumerate(clean):
            print(f"    {first + offset:>{width}} {line}".rstrip())
        return
    from rich.syntax import Syntax

    _add_theme()
    code = "\n".join(clean)
    text = Syntax("", _LEXERS.get(language, language), theme=THEME).highlight(code)
    for word in query_words(query):
        text.highlight_regex(re.compile(re.escape(word), re.IGNORECASE), "bold underline")
    from rich.text import Text

    out = console()
    for offset, styled in enumerate(text.split("\n", allow_blank=True)[: len(clean)]):
        styled.rstrip()
        number = Text(f"    {first + offset:>{width}} ", style="dim")
        out.print(number, styled, sep="", no_wrap=True, overflow="ellipsis", crop=True)


def _fitted(line: str, columns: int) -> str:
    return line if len(line) <= columns else f"{line[: columns - 1]}…"


def _add_theme() -> None:
    """Make `THEME` known to the renderer."""
    from rich.syntax import ANSI_DARK, RICH_SYNTAX_THEMES

    RICH_SYNTAX_THEMES[THEME] = {token: style for token, style in ANSI_DARK.items() if token != ("Error",)}


def query_words(query: str) -> list[str]:
    """Stems of the query's words to highlight in code, longest first, at most 12."""
    from indexers.syntax.words import STOP_WORDS, stem, words

    stems = {stem(word) for word in words(query) if word not in STOP_WORDS and len(word) > 2}
    return sorted(stems, key=len, reverse=True)[:12]


def show_markdown(text: str, rendered: bool) -> None:
    """Print Markdown: rendered on a terminal, without colours if `NO_COLOR` is set, and unchanged elsewhere."""
    if not rendered:
        print(safe(text))
        return
    from rich.markdown import Markdown
    from rich.theme import Theme

    # The second word of the fence is the code's location; Markdown renderers know only the first, the language.
    prepared = re.sub(r"^(`{3,})(\S+) (\S+)$", r"\n`\3`\n\n\1\2", safe(text), flags=re.MULTILINE)
    _add_theme()
    out = console()
    out.push_theme(Theme({"markdown.code": "bold cyan"}))  # the default is a black bar in light terminals
    out.print(Markdown(prepared, code_theme=THEME, hyperlinks=False))
