"""Lines, names, yes or no, and mail addresses as people type them."""

from __future__ import annotations

import re

from app.fields.cells import half_width, without_spaces, written
from app.fields.refusal import Refused

YES = frozenset({"是", "有", "对", "✓", "✔", "√", "☑", "1", "y", "yes", "t", "true", "on", "已", "在"})
NO = frozenset({"否", "无", "没有", "不是", "×", "✗", "✘", "x", "☐", "□", "0", "n", "no", "f", "false", "off", "未"})

NAME_DOT = "·"
_DOTS = re.compile(r"[•・･‧∙⋅●．.]")
_HAN = r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_HAS_HAN = re.compile(_HAN)
_PADDING = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_NOT_IN_NAME = re.compile(r"[\d@#*=<>{}\[\]\\|]")
_EMAIL = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$")


def read_line(raw: object, *, length: int) -> str:
    """One line: breaks and runs of spaces become one space. Raises Refused beyond `length` characters."""
    return refuse_length(" ".join(written(raw).split()), length)


def read_lines(raw: object, *, length: int) -> str:
    """Several lines, each trimmed at its end. Raises Refused beyond `length` characters."""
    return refuse_length("\n".join(line.rstrip() for line in written(raw).split("\n")).strip(), length)


def refuse_length(text: str, length: int) -> str:
    """`text` itself. Raises Refused where it is longer than `length` characters."""
    if len(text) > length:
        raise Refused(f"最多 {length} 个字，这里有 {len(text)} 个字。请写短一些，或把细节放到备注里。", code="too_long")
    return text


def read_name(raw: object, *, length: int) -> str:
    """A person's name without padding spaces, its dot as ·. Raises Refused where it holds digits or marks."""
    text = _PADDING.sub("", " ".join(written(raw).split()))
    if _HAS_HAN.search(text):
        text = _DOTS.sub(NAME_DOT, text)
    if _NOT_IN_NAME.search(text):
        raise Refused("姓名里不能有数字或符号。请只填姓名，电话和说明填在别的栏里。", code="name_characters")
    return refuse_length(text, length)


def read_flag(raw: object) -> bool:
    """Yes or no. Raises Refused for anything that is neither."""
    text = without_spaces(half_width(written(raw))).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise Refused("这里只能填“是”或“否”。", code="not_a_flag")


def read_email(raw: object) -> str:
    """A mail address with its domain in small letters. Raises Refused for anything else."""
    text = without_spaces(half_width(written(raw))).removeprefix("mailto:")
    if not _EMAIL.match(text) or len(text) > 254 or ".." in text:
        raise Refused("这不是一个邮箱地址。请写成 name@example.com 这样，只填一个。", code="not_an_email")
    name, _, domain = text.partition("@")
    return f"{name}@{domain.lower()}"
