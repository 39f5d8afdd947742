"""Single cells of a sheet: what a header says without its decoration, and what betrays rows that are no data."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from app.fields.cells import clean, half_width

_BRACKETS = re.compile(r"[(\[{【〔《<][^)\]}】〕》>]*[)\]}】〕》>]")
_MARKS = re.compile(r"[\s*＊※★☆●◆:：、,，。.．;；\"'“”‘’_—-]+")
_LEADING_NUMBER = re.compile(r"^[(（]?[0-9一二三四五六七八九十]{1,2}[)）.、．](?=\D)")
TOTAL_WORDS = frozenset({"合计", "小计", "总计", "共计", "累计", "总数", "本页合计", "本页小计", "合计数", "总合计"})
DITTO = frozenset({"同上", "〃", "″", "同前", "同 上", '"', "''", "..", "…"})
SERIAL = frozenset({"序号", "序", "编号", "no", "号", "行号", "顺序号", "序列", "排序", "#"})
_SIGNER_WORDS = (
    "填表人 填报人 制表人 制表 审核人 审核 负责人 单位负责人 主要负责人 分管领导 经办人 复核人 复核 填报日期 "
    "填表日期 制表日期 填表时间 填报时间 联系人 联系电话 书记签字 签字 盖章 单位盖章 填报单位 签名 统计人 统计员 "
    "社区盖章 日期 单位 填表单位 社区 审批人 主管领导 领导签字 填写人 报送人"
)
_SIGNERS = tuple(_SIGNER_WORDS.split())
_SIGNED = re.compile(rf"^({'|'.join(sorted(_SIGNERS, key=len, reverse=True))})(\([^)]*\))?\s*[:：_]")
_STAMP = re.compile(r"[(（](盖章|公章|签字|签章|签名)[)）]")
_NOTE = re.compile(
    r"^(备注|注|说明|附注|填表说明|填报说明|填写说明|填表要求|填报要求|填写要求|注意事项|注意|提示|要求|温馨提示|特别说明|※)"
    r"(\d*)\s*([:：.、]|\d|$)"
)
_LIST_ITEM = re.compile(r"^[(（]?([0-9]{1,2}|[一二三四五六七八九十]{1,2}|[①-⑳])[)）]?[.、．)）:：\s]")
_FILLED_IN = re.compile(r"[:：]\s*\S")
"""填报单位：桂花社区 is a label with its value, no header."""
_DATE_LINE = re.compile(r"^(截止|截至|统计时间|时间|日期|填报日期|\d{4}\s*年\s*\d{1,2}\s*月(\s*\d{1,2}\s*日)?$)")


@lru_cache(maxsize=16_384)
def _plain(text: str) -> str:
    return _MARKS.sub("", half_width(clean(text))).lower()


@lru_cache(maxsize=4_096)
def plain_heading(text: str) -> str:
    """A header as it is compared: `* 1、联系 电话（必填）` → 联系电话, brackets and all decoration gone."""
    bare = _BRACKETS.sub("", half_width(clean(_LEADING_NUMBER.sub("", clean(text)))))
    return _MARKS.sub("", bare).lower() or _plain(text)


@lru_cache(maxsize=4_096)
def spoken_heading(text: str) -> str:
    """The header with what stands in brackets kept as words: 姓名（书记） → 姓名书记."""
    return re.sub(r"[()\[\]{}【】〔〕<>《》/\\|]", "", _plain(text))


def text_of(cell: Any) -> str:
    """A cell as clean text; numbers without the .0 that Excel's floats have."""
    if cell == "" or cell is None:
        return ""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d") if cell.hour == cell.minute == 0 else cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def is_total(cell: Any) -> bool:
    """合计 小计 总 计：12人 and the like."""
    if not isinstance(cell, str) or len(cell) > 24:
        return False
    text = _BRACKETS.sub("", half_width("".join(cell.split())))
    head = re.split(r"[:：0-9=]", text, maxsplit=1)[0].rstrip("人户名个条")
    return head in TOTAL_WORDS


def is_serial_heading(text: str) -> bool:
    """序号 and its other names."""
    return plain_heading(text) in SERIAL


def is_signature(text: str) -> bool:
    """填表人：…  审核人：…  （盖章）."""
    folded = half_width(text)
    bare = "".join(folded.split())
    return bool(_SIGNED.match(bare)) or (len(bare) < 40 and bool(_STAMP.search(text)))


def is_note(text: str) -> bool:
    """注：…, 填表说明, or a sentence too long for a value that stands alone."""
    return bool(_NOTE.match(half_width(text))) or len(text) > 40


def is_list_item(text: str) -> bool:
    """1、… （二）… : the next line of a note."""
    return bool(_LIST_ITEM.match(half_width(text))) and len(text) > 6


def is_date_line(text: str) -> bool:
    """2026年3月5日, 截至…: a line of the title block."""
    return bool(_DATE_LINE.match("".join(half_width(text).split())))


def looks_like_label(cell: Any) -> bool:
    """Whether a cell may be a header: short words, no number, no date, no sentence."""
    if not isinstance(cell, str):
        return False
    text = clean(cell)
    if not text or len(text) > 60:
        return False
    if (is_note(text) and len(plain_heading(text)) > 4) or _FILLED_IN.search(text):
        return False
    bare = plain_heading(text)
    if len(bare) > 24 or not bare:
        return False
    digits = sum(char.isdigit() for char in bare)
    return digits * 2 <= len(bare) and not re.fullmatch(r"[x×√✓]+", bare)
