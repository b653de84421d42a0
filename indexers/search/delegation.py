"""Definitions that only pass a call on: `def get(self, url): return self.request("GET", url)`. What they call says more.

It is read from the text, because such bodies look alike in most languages.
"""

from __future__ import annotations

import re

from indexers.syntax.expressions import closing

LONGEST = 6_000
"""Characters of a definition that may only pass a call on; a longer one says something of its own."""

MOST_LISTS = 2
_FURTHER = re.compile(r"[\w\s]{0,100}\(")
_DOCUMENTATION = re.compile(
    r"\"\"\"[^\"]*(?:\"{1,2}(?!\")[^\"]*)*\"\"\"|'''[^']*(?:'{1,2}(?!')[^']*)*'''|/\*[^*]*(?:\*(?!/)[^*]*)*\*/"
)
_COMMENT = re.compile(r"(?m)(?:^|\s)(?://|#(?!\[)).*$")
_DECORATOR = re.compile(r"(?m)^\s*(?:@\w.*|#\[.*\])$")
_BODY = re.compile(r"[^={(;]{0,200}?(?::|=>|=|\{)\s*")
_CALL = re.compile(r"(?:return\s+)?(?:await\s+|yield\s+from\s+)?(?:\w[\w.:$>?!@-]*|[$@&*]\w[\w.:$>?!@-]*)\s*\(")
_END = re.compile(r"(?:\.await|[\s;})?]|end\b)*\Z")
_OWN_CODE = re.compile(r"[{\[]|=>|->|\blambda\b|\bif\b")


def only_delegates(text: str) -> bool:
    """Whether the body of a function or method is one call that passes its arguments on."""
    if len(text) > LONGEST:
        return False
    code = " ".join(_COMMENT.sub("", _DECORATOR.sub("", _DOCUMENTATION.sub("", text))).split())
    opening = code.find("(")
    behind = closing(code, opening) if opening >= 0 else -1
    for _ in range(MOST_LISTS):  # the receiver, the parameters, the results in Go
        further = _FURTHER.match(code, behind) if behind >= 0 else None
        behind = closing(code, further.end() - 1) if further else behind
    body = _BODY.match(code, behind) if behind >= 0 else None
    call = _CALL.match(code, body.end()) if body else None
    end = closing(code, call.end() - 1) if call else -1
    if call is None or end < 0:
        return False
    return _END.match(code, end) is not None and not _OWN_CODE.search(code, call.end(), end - 1)
