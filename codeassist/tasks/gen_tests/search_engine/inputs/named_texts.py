"""Texts that parameters of usual names take: an address for `url`, an encoding for `encoding`, source code for `code`."""

from __future__ import annotations

import re

_TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"encoding|charset|codec", ("utf-8", "latin-1", "ascii")),
    (r"urls?|uri|link|href|endpoint|base_?url", ("https://example.com/a/b?x=1#top", "http://user@example.com:8080/", "/a/b")),
    (r"e?mail|mailto|sender|recipient", ("ann@example.com", "Ann <ann@example.com>")),
    (r"host(?:name)?s?|domain|server|netloc|fqdn", ("example.com", "localhost", "127.0.0.1", "b\u00fccher.example")),
    (r"ip|ip_?addr(?:ess)?|addr(?:ess)?|cidr|network", ("127.0.0.1", "10.0.0.0/8", "::1")),
    (r"version|ver|spec(?:ifier)?|constraint|requirements?", ("1.2.3", "2.0.0rc1", ">=1.0,<2", "name==1.0")),
    (r"locale|lang(?:uage)?|culture", ("en", "de_DE", "fr")),
    (r"(?:time)?zone|tz|tz_?name", ("UTC", "+02:00", "Europe/Berlin")),
    (r"(?:iso_?)?date(?:_?str(?:ing)?)?|day|when|since|until", ("2020-01-31", "2021-12-31T23:59:59Z", "31.01.2020")),
    (r"time(?:_?str(?:ing)?)?|clock", ("12:30", "23:59:59", "1h 30m")),
    (r"duration|interval|timeout|delta|age", ("90s", "1h30m", "PT1H")),
    (r"colou?r|fill|stroke|background", ("red", "#ff0000", "#abc", "rgb(1, 2, 3)")),
    (r"json\w*|payload", ('{"a": 1, "b": [2, null]}', "[1, 2]", "{")),
    (r"ya?ml\w*", ("a: 1\nb:\n  - 2\n", "- x\n- y\n")),
    (r"xml\w*|svg", ('<a x="1"><b>text</b></a>', "<a/>")),
    (r"html\w*|markup", ('<p class="a">text <b>bold</b></p>', "<br>", "a &amp; b")),
    (r"markdown|md", ("# Title\n\n- item *one*\n- item two\n", "[link](https://example.com)")),
    (r"csv\w*", ("a,b\n1,2\n", 'x;"y z"\n')),
    (r"(?:source_?)?code|src|source|program|script|snippet", ("x = 1\n", "import os\n\ndef f(a, b=2):\n    return a + b\n")),
    (r"expr(?:ession)?|formula|equation|condition", ("1 + 2 * x", "(a + b) / 2", "a and not b", "x > 1")),
    (r"sql|statement", ("SELECT a, b FROM t WHERE a = 1", "INSERT INTO t VALUES (1)")),
    (r"pattern|regexp?|rx|glob", ("a+", "[0-9]{2}", "*.txt", "^x.*y$")),
    (r"fmt|format(?:_?str(?:ing)?)?|template", ("%Y-%m-%d", "{a} and {b}", "%s: %d", "{:.2f}")),
    (r"sep(?:arator)?|delim(?:iter)?|glue", (",", ";", " ", "\n", "::")),
    (r"hex\w*|digest|checksum|hash", ("ff00aa", "0x1f", "d41d8cd98f00b204e9800998ecf8427e")),
    (r"uuid|guid", ("12345678-1234-5678-1234-567812345678",)),
    (r"mime\w*|content_?type|media_?type", ("text/html; charset=utf-8", "application/json")),
    (r"method|verb", ("GET", "POST", "get")),
    (r"mode", ("r", "w", "rb", "a")),
    (r"level|severity|log_?level", ("INFO", "debug", "ERROR")),
    (
        r"sentence|paragraph|body|doc(?:ument)?|prose|article|comment|description",
        (
            "Dr. Smith isn't here. He left at 5 p.m.!",
            'Prof. Miller (who, as far as I can tell, was not there. Or was he?) said: "Go (now)". Then - silence?',
            "One line.\n\nAnother paragraph, with commas; and more.",
        ),
    ),
    (r"first_?name|last_?name|full_?name|author|user(?:_?name)?|person|owner|contact", ("Ann", "Ann B. Smith", "Smith, Ann")),
    (r"phone|tel(?:ephone)?", ("+49 30 123456", "555-1234")),
    (r"currency|iso_?code|country", ("EUR", "DE", "Germany")),
    (r"size|bytes_?str|memory", ("10MB", "1.5 GiB", "512")),
    (r"command|cmd|shell", ("ls -l a.txt", "echo 'a b' | sort")),
    (r"header|field|cookie", ("Content-Type: text/html", "a=1; b=2")),
    (r"query|search|q|filter", ("a=1&b=2", 'name:"a b" -c', "abc")),
    (r"module|package|import_?path|dotted\w*|dist(?:ribution)?", ("os.path", "json", "a.b.c")),
    (r"range|ranges|slice|span|page\w*", ("1-3", "1-3,5", "10-12")),
    (r"selector|css|xpath", ("div.a > b", "#x", "//a[@b]")),
    (r"sequence|dna|seq", ("ACGTTGCA", "AACC")),
)
"""Patterns of whole names, or of their last words, and texts of the kind."""

_PROSE = (
    "Dr. Smith isn't here. He left at 5 p.m.!",
    'Prof. Miller (who, as far as I can tell, was not there. Or was he?) said: "Go (now)". Then - silence?',
    "First line.\nSecond line, longer.\n\n  Indented\n",
)
_IS_PROSE = re.compile(r"(?:.*_)?(?:text|string|s|line|content|sentences?|message|msg|input|value)")


def texts_for(name: str) -> tuple[str, ...]:
    """Texts that a parameter of this name is likely to take; empty when its name does not say so."""
    plain = name.lower().strip("_")
    for pattern, texts in _TEXTS:
        if re.fullmatch(rf"(?:\w+_)?(?:{pattern})", plain):
            return texts
    return _PROSE if _IS_PROSE.fullmatch(plain) else ()
