"""Single cells of a sheet: what a header says without its decoration, and what betrays rows that are no data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from app.fields.cells import clean, half_width

_BRACKETS = re.compile(r"[(\[{【〔《<][^)\]}】〕》>]*[)\]}】〕》>]")
_MARKS = re.compile(r"[\s*＊※★☆●◆:：、,，。.．;；\"'“”‘’_—-]+")
_LEADING_NUMBER = re.compile(r"^[(（]?[0-9一二三四五六七八九十]{1,3}[)）.、．]+\s*(?=\D)")
DITTO = frozenset(
    {"同上", "〃", "″", "同前", "同 上", "同左", '"', "”", "“", "''", "′′", "..", "…", "……", "--〃--", "－〃－"}
)
SERIAL = frozenset(
    {"序号", "序", "编号", "no", "号", "行号", "顺序号", "序列", "排序", "#", "顺序", "序数", "项次", "项号", "次序"}
)
_SIGNER_WORDS = (
    "填表人 填报人 制表人 制表 审核人 审核 复核人 复核 审批人 经办人 统计人 统计员 填写人 报送人 制作人 校对 校对人 主管领导 "
    "分管领导 单位负责人 主要负责人 社区负责人 领导签字 书记签字 导出人 打印人 制单人 负责人签字 审核人签字 填表人签字 签字 签名 盖章 单位盖章 社区盖章"
)
_SIGNERS = frozenset(_SIGNER_WORDS.split())
_LINE_WORDS = "填报日期 填表日期 制表日期 填表时间 填报时间 上报时间 报送时间 上报日期 填报单位 填表单位 报送单位 编制单位 制表单位 单位名称"
_GENERAL_WORDS = "负责人 联系人 联系电话 联系方式 电话 日期 时间 单位 社区 网格长 书记 主任"
_UNITS = tuple((_LINE_WORDS + " 单位 社区 日期 时间").split())
_ALL_SIGNERS = sorted((*_SIGNERS, *_LINE_WORDS.split(), *_GENERAL_WORDS.split()), key=len, reverse=True)
_SIGNED = re.compile(rf"^({'|'.join(_ALL_SIGNERS)})(\([^)]*\))?\s*[:：_]")
_OPINION = re.compile(r"^[\u4e00-\u9fff]{0,8}意见(\([^)]*\))?[:：]")
"""社区意见：, 审批意见（盖章）："""
_UNIT_LINE = re.compile(rf"^({'|'.join(_UNITS)})(\([^)]*\))?\s*[:：_]")
_STAMP = re.compile(
    r"[(（](盖章|公章|签字|签章|签名|印章|加盖公章)[)）]|(签字|签名|签章|盖章)\s*[:：]?\s*_*$|(签字|签名|签章|盖章)\s*[:：]"
)
_TOTAL = re.compile(
    r"^(本页|本组|本村|本社区|本网格|本支部|支部|网格|社区|全街道|全社区|街道|小组|累计|[一二三四五六七八九十\d]+[、.])?"
    r"(合计|小计|总计|共计|累计|总数|总合计|合计数|合计数量|总人数|人数合计|合计人数|人数|总户数|汇总)$"
)
_COUNT_BEHIND = re.compile(r"\s*[(（](共|计)?\d+(人|名|户|个|栋|幢)[)）]$")
_COUNTED = re.compile(r"^(本页|以上|总|合|累)?(共|计|共计|共有|总共|合共)[^\d]{0,6}\d+(人|名|户|个|条|家|栋|幢|处)")
_OF_WHICH = re.compile(r"^其中[:：]?[\u4e00-\u9fff]{1,8}$")
_NAMED_TOTAL = re.compile(r"^.{2,12}(小计|合计|总计)$")
_SAMPLE = re.compile(
    r"^(填写)?(示例|样例|范例|例子|举例|样表|例|例如|示范)(行|数据|\d|[一二三])?([:：]|$)|^\((示例|样例|例|例如)[^)]*\)"
)
_HINT = re.compile(
    r"^[(（\[【]?(必填|选填|可不填|非必填|自动|自动编号|下拉|下拉选择|文本|文本格式|日期|数字|数值|整数|格式|如[:：]|例[:：]|例如|"
    r"\d+位|填写|请填|请选|男/女|男或女|是/否|是或否|不填|可为空|可空|唯一|限|单选|多选|必选|示例)"
)
_CLOSING = re.compile(
    r"^[(（—-]*(以下空白|以下无正文|此页无正文|以下为空|第\s*\d+\s*页.*|共\s*\d+\s*页.*|\d+\s*/\s*\d+|续下页|接下页|见下页|"
    r"完|结束|end)[)）—-]*$|^[—–-]+\d{1,3}[—–-]+$",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^[(（【*]?(备注|注|说明|附注|填表说明|填报说明|填写说明|填表要求|填报要求|填写要求|填报须知|填表须知|填写须知|注意事项|注意|提示|"
    r"要求|温馨提示|特别说明|特别提醒|填表注意事项|填写规范|有关说明|相关说明|几点说明|※)[】)]?(\d*)\s*([:：.、]|\d|$)|^※"
)
_SENTENCE = re.compile(r"[，。；！？,;].*[。；！？]?$")
_LIST_ITEM = re.compile(r"^[(（]?([0-9]{1,2}|[一二三四五六七八九十]{1,2}|[①-⑳])[)）]?[.、．)）:：\s]")
_FILLED_IN = re.compile(r"[:：]\s*\S")
"""填报单位：桂花社区 is a label with its value, no header."""
_DATE_LINE = re.compile(
    r"^(截止|截至|统计时间|时间|日期|填报日期|([12]\d{3}|二[〇○零]\S{2})?年(\d{0,2}|\S{1,2})月(\d{0,2}|\S{1,3})日?$|"
    r"[12]\d{3}[-./]\d{1,2}([-./]\d{1,2})?$)"
)


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
    """合计 · 小计 · 总 计：12人 · 第一网格小计 · 共计4人，其中男2人."""
    if not isinstance(cell, str) or len(cell) > 60:
        return False
    whole = half_width("".join(cell.split()))
    if is_counted(cell) or _OF_WHICH.match(whole):
        return True
    head = re.split(r"[:：0-9=,，]", _BRACKETS.sub("", whole), maxsplit=1)[0].rstrip("人户名个条、.")
    return bool(_TOTAL.match(head) or (len(whole) <= 14 and _NAMED_TOTAL.match(head)))


def is_counted(text: str) -> bool:
    """共2户: a total where it stands first, else the count of a section."""
    return bool(_COUNTED.match(half_width("".join(text.split()))))


def section_name(text: str) -> str:
    """What a title or section names, without its number, count and colon: 一、第一网格（12人）： → 第一网格."""
    bare = _BRACKETS.sub("", half_width(_LEADING_NUMBER.sub("", clean(text)))).strip(" :：、,，")
    return re.sub(r"(共|计)?\d+(人|名|户)$", "", bare).strip(" :：、,，")


def without_count(text: str) -> str:
    """桂花社区（4人） → 桂花社区: a merged cell that says how many rows it spans."""
    return _COUNT_BEHIND.sub("", text).strip() if text[-1:] in ")）" else text


def is_serial_heading(text: str) -> bool:
    """序号 and its other names."""
    return plain_heading(text) in SERIAL


def is_signature(text: str) -> bool:
    """填表人：…  审核人：…  （盖章）, 社区意见：…"""
    bare = "".join(half_width(text).split())
    return bool(_SIGNED.match(bare) or _OPINION.match(bare)) or (len(bare) < 40 and bool(_STAMP.search(bare)))


def is_signer(text: str) -> bool:
    """填表人, 审核人 without a colon, the name in the next cell."""
    return "".join(text.split()) in _SIGNERS


def is_unit_line(text: str) -> bool:
    """填报单位：…, 时间：…: a line of the title block, or of the foot."""
    return bool(_UNIT_LINE.match("".join(half_width(text).split())))


def is_sample_cell(text: str) -> bool:
    """例：张某某: a cell of the sample row, left over where somebody typed over the others."""
    return text.startswith(("例：", "例:"))


def is_sample(text: str) -> bool:
    """示例, 例：张三: the row shows how to fill in the table."""
    return bool(_SAMPLE.match("".join(half_width(text).split())))


def is_hint(text: str) -> bool:
    """必填, 18位, 如：第一网格: what is to be written into the column."""
    return len(text) <= 30 and bool(_HINT.match(half_width(text)))


def is_explanation(text: str) -> bool:
    """(年月日), 必填, 18位: says how the word above it is to be filled in, and names nothing itself."""
    bare = half_width(text)
    return bool(re.fullmatch(r"\([^()]*\)", bare)) or is_hint(text)


def is_closing(text: str) -> bool:
    """以下空白, 第1页 共2页."""
    return len(text) <= 30 and bool(_CLOSING.match("".join(text.split())))


def is_note(text: str) -> bool:
    """注：…, 填表说明, or a sentence too long for a value that stands alone."""
    return bool(_NOTE.match(half_width(text))) or len(text) > 40 or (len(text) > 14 and bool(_SENTENCE.search(text)))


def is_list_item(text: str) -> bool:
    """1、… （二）… : the next line of a note."""
    return bool(_LIST_ITEM.match(half_width(text))) and len(text) > 6


def is_date_line(text: str) -> bool:
    """2026年3月5日, 截至…: a line of the title block."""
    return bool(_DATE_LINE.match("".join(half_width(text).split())))


def counting_up(cells: Sequence[tuple[int, Any]]) -> set[int]:
    """Columns of neighbouring cells that are dates, each later than the one before, or figures that count 1, 2, 3."""
    found: set[int] = set()
    run: list[int] = []
    before: Any = None
    for column, cell in [*cells, (-1, "")]:
        if _comes_after(before, cell):
            run.append(column)
        else:
            if len(run) >= (2 if isinstance(before, date) else 3):
                found.update(run)
            run = [column] if isinstance(cell, (date, float, int)) else []
        before = cell
    return found


def _comes_after(before: Any, cell: Any) -> bool:
    if isinstance(before, date) and isinstance(cell, date):
        return before.isoformat() < cell.isoformat()
    is_figure = isinstance(before, (float, int)) and isinstance(cell, (float, int))
    return is_figure and not isinstance(cell, bool) and bool(cell == before + 1)


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
