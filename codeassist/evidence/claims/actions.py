"""Whether code does what a verb of a sentence says: calls, raises, returns, sets, checks, mentions."""

from __future__ import annotations

import re

from codeassist.evidence.claims.bodies import as_word, inner_code, last_name, without_comments
from codeassist.evidence.claims.names import stems
from codeassist.evidence.claims.terms import Cited
from indexers import Index
from indexers.syntax.words import STOP_WORDS, stem, words

_RAISE = r"\b(?:raise|throw|panic!?|fail|abort)\b"


def _stemmed(verbs: str) -> frozenset[str]:
    return frozenset(map(stem, verbs.split()))


_RAISING = _stemmed("raise throw \u629b\u51fa")
_RETURNING = _stemmed("return \u8fd4\u56de")
_SETTING = _stemmed("set reset clear change modify overwrite alter update replace assign count increment increase \u8bbe\u7f6e")
_CALLING = _stemmed("call invoke await")
_MENTIONING = _stemmed(
    "call use invoke await read check look consider compare handle run copy support inspect consult contain include "
    "need apply accept store register import \u8c03\u7528 \u4f7f\u7528 \u68c0\u67e5 \u8bfb\u53d6"
)
_PASSING = _stemmed("send pass write log print emit push add append hand forward delete remove raise")
_CHECKING = _stemmed("check compare test consider validate examine inspect")
_IRREGULAR = {
    "sent": "send",
    "written": "write",
    "thrown": "throw",
    "caught": "catch",
    "taken": "take",
    "given": "give",
    "held": "hold",
    "kept": "keep",
    "made": "make",
    "built": "build",
    "found": "find",
}
_ANYTHING = _stemmed("anything thing value result")
_ERROR = _stemmed("error errors exception exceptions")


def does(code: str, verb: str, rest: str) -> bool:
    """Whether code shows an action: an error raised, a value returned, an assignment, a mention, a call by the verb."""
    quoted = re.match(r"[^`]*?`([^`]+)`", rest)
    near = quoted is not None and len(rest[: quoted.start(1) - 1].split()) <= 4
    wanted = rf"(?<![A-Za-z0-9]){re.escape(last_name(quoted[1]))}(?![A-Za-z0-9])" if quoted and near else ""
    nouns = _nouns(rest)
    if verb in _RAISING:
        error = not nouns or nouns & (_ERROR | _ANYTHING)
        return bool(re.search(rf"{_RAISE}[^\n;]*{wanted}", code)) if wanted else bool(error and re.search(_RAISE, code))
    if verb in _RETURNING:
        if wanted:
            return bool(re.search(rf"\breturn\b[^\n;]*{wanted}", code))
        return nouns <= _ANYTHING and bool(re.search(r"\breturn[ \t]+(?!None\b|null\b|nil\b|undefined\b|;)\S", code))
    if wanted and verb in _SETTING:
        return bool(re.search(rf"{wanted}(?:\[[^\]\n]*\])?\s*(?:(?:[+|-]|:)?=(?!=)|\+\+)", code))
    if wanted and verb in _MENTIONING:
        return bool(re.search(wanted, code))
    if wanted and verb in _PASSING and re.search(rf"\([^()\n]*{wanted}", code):
        return True
    if verb in _MENTIONING and not wanted:
        lines = [line for line in code.splitlines() if len(nouns) == 1 and nouns <= stems(line)]
        return (
            any(nouns <= stems(name) for line in lines for name in re.findall(r"(\w+)\(", line))
            if verb in _CALLING
            else bool(lines)
        )
    return _calls_by_verb(code, verb, last_name(quoted[1]) if quoted and near else "", nouns)


def was_done(subject: str, verb: str, by: str | None, cited: Cited, index: Index) -> bool:
    """Whether the cited code, or the function after "by", does to the subject what a verb says."""
    code = "\n".join(inner_code(by, cited, index)) if by else without_comments(cited.text)
    quoted = re.findall(r"`([^`]+)`", subject)
    if verb in _CALLING and quoted:
        call = rf"(?<!\w){re.escape(last_name(quoted[-1]))}\s*\("
        return bool(
            re.search(
                rf"\bawait\s+[\w.]*{call}" if verb == stem("await") else rf"(?<!def )(?<!function )(?<!func ){call}", code
            )
        )
    nouns = _nouns(re.sub(r"\b(?:of|in|from|to|with|on)\b.*", "", subject))
    if verb in _CHECKING:
        tested = [
            line for line in code.splitlines() if re.search(r"\b(?:if|elif|while|assert|unless|case|when|switch)\b", line)
        ]
        if quoted:
            return any(re.search(as_word(quoted[-1]), line) for line in tested)
        return bool(nouns) and any(nouns <= stems(line) for line in tested)
    return _calls_by_verb(code, verb, last_name(quoted[-1]) if quoted else "", nouns)


def _calls_by_verb(code: str, verb: str, name: str, nouns: set[str]) -> bool:
    """Whether a line calls something that begins with a verb and has the name, or the nouns, of what it is done to."""
    for line in code.splitlines():
        called = [w for w in re.findall(r"([A-Za-z_]\w*)!?\s*\(", line) if stem(next(iter(words(w)), "")) == verb]
        called += [m[1] for m in re.finditer(r"\.(\w+)\s*$", line) if stem(m[1]) == verb]
        called += re.findall(rf"\b({re.escape(verb)}(?:ger|ging)?)\.\w+\s*\(", line)
        if not called:
            continue
        if name:
            if re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", line):
                return True
        elif nouns <= _ANYTHING or nouns & stems(line):
            return True
    return False


def _nouns(text: str) -> set[str]:
    """The stems of the significant words outside backticks."""
    bare = re.sub(r"`[^`]*`|[^\x00-\x7f]+", " ", text)
    return {stem(w) for w in words(bare) if w not in STOP_WORDS and len(w) > 2 and w not in ("any", "its", "their", "own")}


def base_verb(verb: str) -> str:
    """The stem of a verb in any form; `looks at` is look."""
    first = verb.split(maxsplit=1)[0]
    return stem(_IRREGULAR.get(first, first))
