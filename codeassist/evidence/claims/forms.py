"""The forms of what a sentence says of parameters, defaults, results, members and values, in English and Chinese."""

from __future__ import annotations

import re

from codeassist.evidence.claims import shapes
from codeassist.evidence.claims.bodies import QUOTED
from codeassist.evidence.claims.subjects import DENIED, DOES, IS, LIST, NOUN, SUBJECT, Fact, Judge
from codeassist.evidence.stated_values import FAMILIES

VALUE = (
    r"(?:`(?P<v>[^`]+)`|(?P<n>-?\d(?:[\w.]*\w)?)|(?P<q>'[^'\n`]{0,60}'|\"[^\"\n`]{0,60}\")|"
    r"(?P<b>[Tt]rue|[Ff]alse|None|null|nil)(?!\w))"
)
_NUMBERS = r"(?P<count>one|two|three|four|five|six|seven|eight|nine|\d{1,2})"
_TYPED = r"(?:has (?:the )?type|is of type|is of the type|is typed as|is annotated (?:as|with)|must be|is declared as|is)"
_X = rf"(?:the )?(?:{NOUN} )?{QUOTED}(?: {NOUN}(?!\w))?"
_P = r"`(?P<p>[A-Za-z_$][\w$]*)`"
_PARAMETERS = (
    r"(?:(?:optional|keyword|keyword-only|positional|required|named|additional|extra) )*"
    r"(?:parameters?|arguments?|options?|kwargs?|keywords?)"
)
_SET = rf"(?:is|are|=|equals|has the value|set to|is set to|of)(?P<no> not)? (?:set to )?{VALUE}"
_OF_X = rf"(?:of|in|for|on) {_X}"
_A_P = rf"(?:the )?(?:{NOUN} )?{_P}(?: {NOUN})?"
_NOT = rf"(?P<no>{DENIED})?"
_TAKES = "(?:takes?|accepts?|has|have|expects?|receives?|wants?|needs?|requires?)"
_HAS = "(?:has|have|defines?|declares?|provides?|exposes?|offers?|contains?|includes?)"
_MEMBERS = "(?:methods?|functions?|attributes?|fields?|property|properties|members?|variants?|getters?|cases?)"
_UNSET = (
    r"(?:[Bb]y default|(?:[Ii]f|[Uu]nless) (?:nothing|it|this|that|none|no value)(?: else)? is "
    r"(?:given|set|passed|specified|configured)),?"
)
_NO_PARAMETERS = r"\u4e0d\u63a5\u53d7|\u6ca1\u6709|\u4e0d\u9700\u8981|\u65e0"
_MEMBER = r"(?:\u65b9\u6cd5|\u5c5e\u6027|\u5b57\u6bb5)"


def _form(judge: Judge, *parts: str) -> Fact:
    return Fact(re.compile("".join(parts)), judge, shapes.SHOWS.get(judge))


SHAPES: list[Fact] = [
    _form(shapes.has_default, rf"(?:[Tt]he )?[Dd]efault(?: value)? (?:of|for) {_A_P} {_OF_X} {_SET}"),
    _form(
        shapes.has_default,
        rf"(?:[Tt]he )?{_X}{DOES} (?:has|have|uses?|takes?) (?:an? |the )?default(?: value)? (?:(?:for|of) )?{_A_P} {_SET}",
    ),
    _form(
        shapes.has_default,
        rf"(?:[Tt]he )?{_X}{DOES} (?:has|have|takes?|accepts?) (?:an? )?{_A_P},?(?: with)?(?: an?| the)? default(?: value)?"
        rf"(?: of| is|:)? {VALUE}",
    ),
    _form(
        shapes.has_default,
        rf"(?:[Tt]he )?{_A_P} {_OF_X}{DOES} (?:has|have|takes?) (?:an? |the )?default(?: value)?(?: of)? {VALUE}",
    ),
    _form(shapes.has_default, rf"(?:[Tt]he )?{_A_P} {_OF_X} \((?:the )?default(?: is|:)? {VALUE}\)"),
    _form(
        shapes.has_default,
        rf"(?:[Tt]he )?(?:{NOUN} )?{_P}(?: {NOUN})?(?: {_OF_X})?{DOES}{_NOT} defaults? to {VALUE}",
        rf"(?(x)| (?:in|for|of|on) (?:the )?(?:{NOUN} )?`(?P<y>[^`]+)`)",
    ),
    _form(shapes.has_default, rf"[Bb]y default,? {_X} has (?:its )?{_P} (?:is )?set to {VALUE}"),
    _form(shapes.has_default, rf"{_UNSET} {_A_P} {_OF_X} {_SET}"),
    _form(shapes.has_default, rf"{_A_P} {_OF_X} {_SET} (?:by default|unless|if (?:nothing|it|none))"),
    _form(
        shapes.has_default,
        rf"{QUOTED}\s*(?:\u7684|\u4e2d\u7684|\u4e2d)\s*{_P}\s*(?:\u53c2\u6570)?(?:\u7684)?",
        rf"\u9ed8\u8ba4\u503c?(?:\u4e3a|\u662f)\s*{VALUE}",
    ),
    _form(
        shapes.has_parameters,
        rf"{SUBJECT}{DOES}{_NOT} {_TAKES}(?P<not> no)? (?:the |an? |two |three |both )?{_PARAMETERS}",
        rf"(?: (?:named|called))? {LIST}",
    ),
    _form(
        shapes.is_nth,
        r"[Tt]he (?P<nth>first|second|third|fourth|last)(?: positional)? (?:parameter|argument) "
        rf"(?:of|to) {_X} is(?P<no> not)? (?:called |named )?{_P}",
    ),
    _form(
        shapes.has_type,
        r"(?:[Tt]he )?(?:(?:parameter|argument|field|attribute|property|member|option) )?"
        rf"{_P}(?: {NOUN})? (?:of|in|on) {_X} {_TYPED}(?P<no> not)? (?:an? |the )?`(?P<t>[^`]+)`",
    ),
    _form(
        shapes.returns, rf"[Tt]he (?:(?:return|result) type|type of the result) of {_X} is(?P<no> not)? (?:an? )?`(?P<t>[^`]+)`"
    ),
    _form(
        shapes.returns,
        rf"{SUBJECT} (?:has (?:the |a )?return type(?: of)?|is (?:annotated|declared|typed) (?:to return|as returning)) ",
        r"(?:an? )?`(?P<t>[^`]+)`",
    ),
    _form(
        shapes.returns_word,
        rf"{SUBJECT}{DOES}{_NOT} returns? (?:(?:an? |always )?(?P<w>nothing|`?None`?|`?undefined`?|`?void`?)|",
        rf"an? (?:plain |new |simple )?(?P<w2>{'|'.join(FAMILIES)}))",
        r"(?![\w`-]| (?:of|from|for|that is no|if|when|unless|once)\b)",
    ),
    _form(shapes.returns_type, rf"{SUBJECT}{DOES}{_NOT} returns? (?:an? |the )?`(?P<t>[A-Za-z_][\w.]*)`"),
    _form(shapes.returns_itself, rf"{SUBJECT}{DOES}{_NOT} returns? `(?:this|self)`"),
    _form(
        shapes.has_members,
        rf"{SUBJECT}{DOES}{_NOT} {_HAS}(?P<not> no)? (?:an? |the |two |three )?(?:[a-z-]+ )?",
        rf"{_MEMBERS}(?: (?:named|called))? {LIST}",
    ),
    _form(
        shapes.is_count,
        rf"{SUBJECT}(?:{DOES} (?:has|have|defines?|consists? of|contains?)|{IS} [a-z]+ with) (?:exactly |only )?",
        rf"{_NUMBERS} (?P<what>variants?|fields?|members?|cases|methods?|values)\b",
    ),
    _form(shapes.overrides, rf"{SUBJECT}{DOES}{_NOT} overrides? (?:the )?(?:(?:method|function|property) )?{LIST}"),
    _form(
        shapes.has_value,
        rf"{SUBJECT}(?:{IS}(?: (?:equal to|set to|fixed at|fixed to|defined as))?|",
        rf"{DOES} (?:equals|has the value(?: of)?|holds the value)) {VALUE}(?![\w`]| (?:by default|unless|if)\b)",
    ),
    _form(shapes.has_no_parameters, rf"{QUOTED}\s*(?:{_NO_PARAMETERS})(?:\u4efb\u4f55)?\u53c2\u6570(?!\s*`)"),
    _form(
        shapes.has_no_parameters,
        rf"{SUBJECT}{DOES}{_NOT} {_TAKES} (?:no|any) (?:arguments?|parameters?)(?! *`| (?:named|called))",
    ),
    _form(
        shapes.has_members,
        rf"{QUOTED}(?P<no>\u6ca1\u6709)?(?:\u6709|\u5b9a\u4e49\u4e86|\u5305\u542b)?(?:\u4e00\u4e2a)?",
        rf"(?:\u540d\u4e3a)?{_MEMBER}\s*{LIST}",
    ),
]
