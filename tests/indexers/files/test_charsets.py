"""Encodings of sources that are not UTF-8: declared, marked and guessed."""

from __future__ import annotations

import pytest

from indexers import Index
from indexers.files.content import skip_reason
from indexers.files.decoding import decoded, file_lines
from indexers.syntax.languages import by_name
from tests.conftest import write

CODE = "import os\n\n\ndef count(values):\n    return len(values)\n" * 20
GUESSED = [
    ("cp1252", "# Fonction qui renvoie le périmètre à partir du rayon\nx = 1\n"),
    ("cp1252", "// Größe der Datei prüfen – schließt ungültige Einträge aus\n"),
    ("cp1252", "# café\nx = 1\n"),
    ("cp1252", "// Größe\n"),
    ("cp1252", "/* Copyright (C) 1999 José Muñoz */\n"),
    ("shift_jis", "// ファイルを読み込んで、行数を数える関数\n"),
    ("shift_jis", "# 設定を初期化する\n"),
    ("euc_jp", "# 設定を初期化する\n"),
    ("gbk", "// 读取文件并计算行数\n"),
    ("gbk", "# 初始化配置\n"),
    ("gbk", "/* 错误 */\n"),
    ("big5", "// 讀取檔案並計算行數\n"),
    ("euc_kr", "// 파일을 읽고 줄 수를 계산하는 함수\n"),
    ("euc_kr", "# 설정 초기화\n"),
    ("koi8_r", "// Функция читает файл и считает строки\n"),
    ("koi8_r", "# настройки по умолчанию\n"),
    ("cp1251", "# настройки по умолчанию\n"),
    ("cp866", "// Функция читает файл и считает строки\n"),
    ("cp1250", "# načíst soubor a spočítat řádky, příliš žluťoučký kůň\n"),
    ("cp1253", "// Διαβάζει το αρχείο και μετρά τις γραμμές\n"),
    ("iso2022_jp", "# 設定を初期化する\n"),
]


@pytest.mark.parametrize(("encoding", "text"), GUESSED)
def test_the_encoding_of_comments_is_found(encoding, text):
    for source in (text, CODE + text, text + CODE):
        found = decoded(source.encode(encoding))
        assert (found.text, found.replaced) == (source, 0)
        assert skip_reason(source.encode(encoding), by_name("python")) == ""


DECLARED = [
    ("latin-1", "# -*- coding: latin-1 -*-\nname = 'Ã©'\n"),
    ("koi8_r", "#!/usr/bin/python\n# vim: set fileencoding=koi8-r :\nx = 'да'\n"),
    ("gbk", "# coding=gb2312\nx = '镕'\n"),
    ("shift_jis", "<?xml version='1.0' encoding='Shift_JIS'?>\n<a>能</a>\n"),
    ("cp1251", '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">\n<p>да</p>\n'),
    ("cp1252", '<!doctype html><meta charset="iso-8859-1"><p>“quoted” – €</p>\n'),
    ("iso8859_15", '@charset "iso-8859-15";\na::after { content: "€" }\n'),
    ("latin-1", '/* -*- coding: iso-latin-1-unix -*- */\nchar *s = "Ã©";\n'),
]


@pytest.mark.parametrize(("encoding", "text"), DECLARED)
def test_a_declared_encoding_is_used(encoding, text):
    assert decoded(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    "name", ["punycode", "unicode_escape", "rot13", "hex", "utf-16", "utf-7", "undefined", "nonsense", "idna"]
)
def test_a_declared_codec_that_is_no_encoding_of_sources_is_not_used(name):
    text = f"# coding: {name}\nx = 'é\\x41'\n"
    assert decoded(text.encode()) == (text, "utf-8", 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_wide_encodings_with_and_without_a_mark(encoding, mark):
    if mark and encoding in ("utf-8-sig", "utf-16", "utf-32"):
        mark = ""
    data = (mark + "def größe():\n    return 1\n").encode(encoding)
    assert decoded(data).text == "def größe():\n    return 1\n"
    assert skip_reason(data, by_name("python")) == ""


def test_one_wrong_byte_loses_one_character():
    text = "# é è ü — many characters\nx = 1\n"
    found = decoded(text.encode() + b"# \xff\n")
    assert found == (text + "# \ufffd\n", "utf-8", 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bytes(range(256)) * 40, "binary"),
        (b"\x7fELF\x02\x01\x01" + bytes(200) + b"text" * 50, "binary"),
        (bytes((7 * n * n + n // 3) % 255 + 1 for n in range(4_000)), "binary"),
        (b"separator = '\0'\n" + CODE.encode(), ""),
    ],
)
def test_binary_content_is_still_seen(data, reason):
    assert skip_reason(data, by_name("python")) == reason


def test_the_index_counts_encodings_and_replaced_characters(tmp_path):
    root = write(
        tmp_path,
        {
            "a.py": "# 初始化配置 读取文件\ndef f():\n    pass\n".encode("gbk"),
            "b.py": "# é è ü\n".encode() + b"# \xff\ndef g():\n    pass\n",
            "c.py": "def h():\n    pass\n",
        },
    )
    with Index.build(root) as index:
        statistics = index.statistics()
        assert statistics.encodings == {"gb18030": 1}
        assert (statistics.replaced_files, statistics.replaced_characters) == (1, 1)
        hit = index.search("初始化配置")[0]
        assert hit.path == "a.py"
        assert hit.text.split("\n")[0] == file_lines(root, "a.py")[0] == "# 初始化配置 读取文件"
