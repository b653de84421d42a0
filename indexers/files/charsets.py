"""Find the character encoding of text that is not UTF-8: declared in its first lines, or guessed from its bytes.

East Asian encodings are distinguished by how common the characters are that they give, because source code has few of them;
the others are left to charset-normalizer.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

SAMPLE_BYTES = 8_000
"""At most this much of the lines with bytes beyond ASCII is looked at."""

_HEAD_BYTES = 1_024
_PEP_263 = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_EDITOR = re.compile(rb"-\*-.*?coding:[ \t]*([-\w.]+).*?-\*-|\bfileencoding[=:][ \t]*([-\w.]+)")
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([-\w.:]+)["']""")
_HTML = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([-\w.:]+)""", re.IGNORECASE)
_CSS = re.compile(rb"""^@charset "([-\w.:]+)";""")
_TEXT_CODECS = re.compile(
    r"ascii|utf-8|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|shift_jis\w*|euc_\w+|iso2022_\w+|gb\w+|big5\w*|johab|"
    r"hz|tis-620|kz1048|ptcp154"
)
"""Codecs that a file may name; others are slow (punycode), ambiguous (unicode-escape), or cannot be read as ASCII (UTF-16)."""

_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""Encodings that files declare when they use the vendor's superset, as browsers read them."""

_CHINESE = frozenset(
    "的一是不了在有中大为和用数值类型文件函返回参设置获取名字符串初始化处理错误时间如果使默认创建删除更新加载读写输入出调行列表对象方法信息"
    "计算定义接口测试配置请求结果添加当前路径内容长度开始束检查执支持下上小到个这以可能要与或将会需状态据库号码同机户主单成功失败"
)
_TRADITIONAL = frozenset(
    "的一是不了在有中大為和用數值類型檔案函回傳參設定取得名字串初始化處理錯誤時間如果使預建立刪除更新載入讀寫輸出呼叫行列表物件方法資訊"
    "計算義介面測試請求結果新增目前路徑內容長度開始束檢查執支援下上小到個這以可能要與或將會需狀態料庫號碼同機戶主單成功失敗並轉"
)
_KOREAN = frozenset(
    "의을를이가은는에다하로고한지시리수있자인정기해서도사나스어대제일과보와전오부으것게상아들구성되면합니트장라조"
)
_SINGLE_BYTE = ["cp1252", "cp1250", "iso8859_2", "koi8_r", "cp1251", "cp866", "cp1253", "cp1254", "cp1255", "cp1256", "cp874"]
_LATIN = ["cp1252", "cp1250", "iso8859_2", "cp1254", "cp850", "mac_roman"]
_CYRILLIC = ("cp1251", "koi8_r", "cp866")
_FREQUENT_CYRILLIC = frozenset("оеаинтсрвлкмдпу")
_CYRILLIC_SHARE = 0.65
"""The most frequent letters are 80 % of Russian text; Greek and Arabic text gives about half as many by chance."""

_ENOUGH_LETTERS = 12
_PLAUSIBLE = 0.4


def declared(data: bytes) -> str:
    """The codec that a text names in a PEP 263 comment, an editor's line, XML, HTML or CSS; "" when there is none."""
    head = data[:_HEAD_BYTES]
    first_lines = head.split(b"\n", 2)[:2]
    found = next((match[1] for line in first_lines if (match := _PEP_263.match(line))), b"")
    for line in () if found else first_lines:
        if match := _EDITOR.search(line):
            found = match[1] or match[2]
    if not found:
        match = _XML.match(head) or _CSS.match(head) or _HTML.search(head)
        found = match[1] if match else b""
    return _codec(found.decode("ascii", "replace"))


def candidates(name: str) -> tuple[str, ...]:
    """A declared codec, and the superset that files of this name often use."""
    return (name, _WIDER[name]) if name in _WIDER else (name,)


def guess(data: bytes) -> str:
    """The most plausible codec of bytes that are not UTF-8; "" when none gives text."""
    lines = b"\n".join(line for line in data.split(b"\n") if not line.isascii())
    if len(lines) > SAMPLE_BYTES:
        lines = lines[: lines.rfind(b"\n", 0, SAMPLE_BYTES) + 1] or lines[:SAMPLE_BYTES]
    return _guess(lines)


@lru_cache(maxsize=512)
def _guess(sample: bytes) -> str:
    plausible = max((_plausibility(sample, codec), codec) for codec in ("cp932", "euc_jp", "gb18030", "cp949", "big5"))
    if plausible[0] >= _PLAUSIBLE:
        return plausible[1]
    words = [word for word in re.findall(rb"[A-Za-z\x80-\xff]+", sample) if not word.isascii()]
    mixed = sum(re.search(rb"[A-Za-z]", word) is not None for word in words)
    if 2 * mixed >= sum(len(word) > 1 for word in words):  # accented letters between others
        if sum(byte > 127 for byte in sample) < _ENOUGH_LETTERS:
            return min(_LATIN, key=lambda codec: _strangeness(sample, codec))
        return _detected(sample, _LATIN) or "cp1252"
    share, codec = max((_cyrillic_share(sample, codec), codec) for codec in _CYRILLIC)
    return codec if share >= _CYRILLIC_SHARE else _detected(sample, _SINGLE_BYTE)


def _detected(sample: bytes, codecs_: list[str]) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=codecs_, enable_fallback=False).best()
    return best.encoding if best is not None else ""


def _codec(name: str) -> str:
    """The canonical name of a text codec; "" for an unknown or refused one."""
    try:
        found = codecs.lookup(re.sub(r"^iso-(?=latin)|-(?:unix|dos|mac)$", "", name.lower())).name if name else ""
    except (LookupError, ValueError):
        return ""
    return found if _TEXT_CODECS.fullmatch(found) else ""


def _plausibility(sample: bytes, codec: str) -> float:
    """How common the characters beyond ASCII are that an East Asian codec gives, at most 1; -1 when it does not fit."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 3:
            return -1.0
        text = sample[: error.start].decode(codec)
    characters = [char for char in text if char > "\x7f"]
    return sum(_weight(char, codec) for char in characters) / len(characters) if characters else -1.0


def _weight(char: str, codec: str) -> float:
    point = ord(char)
    japanese = codec in ("cp932", "euc_jp")
    if 0x3040 <= point <= 0x30FF:
        return 1.0 if japanese else -0.5
    if 0xFF61 <= point <= 0xFF9F:
        return 0.2 if japanese else -1.0
    if 0x3000 <= point <= 0x303F or 0xFF01 <= point <= 0xFF5E:
        return 0.6
    raw = char.encode(codec, "replace")
    if len(raw) != 2:
        return -1.0
    lead, trail = raw
    if 0xAC00 <= point <= 0xD7A3:
        return (1.0 if char in _KOREAN else 0.6) if 0xB0 <= lead <= 0xC8 and trail >= 0xA1 else -1.0
    if not 0x4E00 <= point <= 0x9FFF:
        return -1.0
    if codec == "gb18030":
        return 1.0 if char in _CHINESE else 0.45 if 0xB0 <= lead <= 0xD7 and trail >= 0xA1 else -0.3
    if codec == "big5":
        return 1.0 if char in _TRADITIONAL else 0.45 if 0xA4 <= lead <= 0xC6 else -0.3
    if codec == "cp949":
        return -0.3
    common = 0x88 <= lead <= 0x97 if codec == "cp932" else 0xB0 <= lead <= 0xCF
    return 0.42 if common else -0.3


def _cyrillic_share(sample: bytes, codec: str) -> float:
    """The share of frequent small Cyrillic letters among the characters beyond ASCII; short texts differ only in capitals."""
    characters = [char for char in sample.decode(codec, "replace") if char > "\x7f"]
    return sum(char in _FREQUENT_CYRILLIC for char in characters) / len(characters) if characters else 0.0


def _strangeness(sample: bytes, codec: str) -> int:
    """The number of characters that do not fit into words: symbols beside letters, and capitals after small letters."""
    text = sample.decode(codec, "replace")
    strange = text.count("\ufffd")
    for before, char, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if char > "\x7f" and (before.isalpha() or after.isalpha()):
            strange += not char.isalpha() or (char.isupper() and before.islower())
    return strange
