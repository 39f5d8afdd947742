"""Proofreading of official text: numbers of levels, 文号, punctuation, dates (GB/T 9704-2012, GB/T 15834, GB/T 15835).

Pure: a Document or plain text in, remarks in plain Chinese out. A remark is advice; nothing is changed by itself.
Tables, names and facts are data and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reports.document import (
    Attachments,
    Document,
    Heading,
    Paragraph,
    Speech,
    chinese_number,
    heading_prefix,
    numbered,
)

AROUND: Final = 8
"""Characters shown after the place a remark is about."""
LONGEST_LEVEL: Final = 99
_HAN = "\u4e00-\u9fff"
_FIGURES = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at: where it stands, the words as they are, what would be right."""

    place: str
    found: str
    advice: str

    def __str__(self) -> str:
        return f"{self.place}“{self.found}”：{self.advice}"


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    advice: str


def _rule(pattern: str, advice: str) -> _Rule:
    return _Rule(re.compile(pattern, re.MULTILINE), advice)


LEVEL_RULES: Final = (
    _rule(rf"^[\s　]*[{_FIGURES}]{{1,3}}[，,.．:：;；]", "第一层序号后面用顿号，写成“一、”。"),
    _rule(rf"^[\s　]*\([{_FIGURES}]{{1,3}}\)", "第二层序号用全角括号，写成“（一）”。"),
    _rule(rf"[（(][{_FIGURES}]{{1,3}}[）)][、，,.．:：]", "“（一）”后面不加标点，直接写标题。"),
    _rule(r"^[\s　]*\d{1,2}[、，,](?!\d)", "第三层序号后面用圆点，写成“1.”。"),
    _rule(r"^[\s　]*\d{1,2}[）)]", "第四层序号两边都用全角括号，写成“（1）”。"),
    _rule(r"^[\s　]*\(\d{1,2}\)", "第四层序号用全角括号，写成“（1）”。"),
    _rule(r"[（(]\d{1,2}[）)][、，,.．:：]", "“（1）”后面不加标点，直接写标题。"),
)
NUMBER_RULES: Final = (
    _rule(r"[\[(（【［]\d{4}[\])）】］]第?\d+号", "文号里的年份用六角括号，写成“〔2026〕5号”。"),
    _rule(r"〔\d{4}〕第\d+号", "文号不写“第”字，写成“〔2026〕5号”。"),
    _rule(r"〔\d{4}〕0\d*号", "文号不编虚位，前面的0去掉，写成“〔2026〕5号”。"),
    _rule(r"〔\d{2}〕\d+号", "文号里的年份要写全四位，写成“〔2026〕5号”。"),
)
MARK_RULES: Final = (
    _rule(rf"(?<=[{_HAN}”》）〕])[,;:?!](?=[{_HAN}“《（\d]|$)", "中文里用全角标点。"),
    _rule(rf"(?<=[{_HAN}”》）〕])\.(?=[{_HAN}“《（]|$)", "句子末尾用句号“。”。"),
    _rule(rf"\((?=[{_HAN}])[^()\n]{{1,40}}\)|(?<=[{_HAN}])\([^()\n]{{1,40}}\)", "中文里的括号用全角“（ ）”。"),
    _rule(r"[，。；、：]{2,}", "标点重复了，留一个。"),
    _rule(rf"(?<=[{_HAN}])(?:\.{{2,}}|。{{3,}}|…(?!…))(?<!……)", "省略号是六个点“……”。"),
    _rule(rf"(?<=[{_HAN}])--+(?=[{_HAN}])", "破折号写成“——”。"),
)
DATE_RULES: Final = (
    _rule(r"\d{4}年(?:0\d月|\d{1,2}月0\d日)", "日期不编虚位，写成“2026年3月5日”。"),
    _rule(r"[二][〇○零０0][一二三四五六七八九〇○零]{2}年", "年份用阿拉伯数字，写成“2026年”。"),
    _rule(r"(?<!\d)\d{2}年\d{1,2}月\d{1,2}日", "年份要写全四位，写成“2026年”。"),
)
TEXT_RULES: Final = (*LEVEL_RULES, *NUMBER_RULES, *MARK_RULES, *DATE_RULES)

_TYPED_LEVELS: Final = (
    re.compile(rf"^[\s　]*([{_FIGURES}]{{1,3}})、"),
    re.compile(rf"^[\s　]*（([{_FIGURES}]{{1,3}})）"),
    re.compile(r"^[\s　]*(\d{1,2})[.．](?!\d)"),
    re.compile(r"^[\s　]*（(\d{1,2})）"),
)
_READ: Final = {chinese_number(number): number for number in range(1, LONGEST_LEVEL + 1)}


def proofread(document: Document) -> tuple[Remark, ...]:
    """Remarks on the title, the number, headings and text of a paper, in the order they are met."""
    found: list[Remark] = []
    if document.title:
        found += _title(document.title)
    if document.head and document.head.number:
        found += _by_rules("文号", document.head.number, NUMBER_RULES)
    texts = list(_texts(document))
    for place, text in texts:
        found += _by_rules(place, text, TEXT_RULES)
    found += _levels([(place, line) for place, text in texts for line in text.split("\n")])
    for block in document.blocks:
        if isinstance(block, Attachments):
            found += [_remark("附件说明", name, "附件名称后面不加标点。") for name in block.names if _is_stopped(name)]
    return tuple(dict.fromkeys(found))


def proofread_text(text: str, place: str = "") -> tuple[Remark, ...]:
    """Remarks on what somebody typed; each line is a paragraph."""
    lines = text.splitlines()
    found = [remark for line in lines for remark in _by_rules(place, line, TEXT_RULES)]
    return tuple(dict.fromkeys([*found, *_levels([(place, line) for line in lines])]))


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """Where each text stands and what it says, headings with the number they print."""
    count = 0
    for block, prefix in numbered(document):
        if isinstance(block, Heading):
            yield "小标题", prefix + block.text
        elif isinstance(block, Paragraph):
            count += 1
            text = block.text if isinstance(block.text, str) else "".join(run.text for run in block.text)
            yield f"正文第{count}段", text
        elif isinstance(block, Speech):
            yield f"{block.speaker}的发言", block.text


def _title(title: str) -> list[Remark]:
    found = _by_rules("标题", title, (*NUMBER_RULES, *MARK_RULES, *DATE_RULES))
    if _is_stopped(title):
        found.append(_remark("标题", title[-AROUND:], "标题末尾不加标点。"))
    return found


def _is_stopped(text: str) -> bool:
    return text.rstrip().endswith(("。", "，", "；", "、", "：", ".", ",", ";", ":"))


def _by_rules(place: str, text: str, rules: tuple[_Rule, ...]) -> list[Remark]:
    """One remark for each place: where two rules meet, the first of them speaks."""
    found: list[Remark] = []
    spoken = bytearray(len(text))
    for rule in rules:
        for hit in rule.pattern.finditer(text):
            if not any(spoken[hit.start() : hit.end()]):
                spoken[hit.start() : hit.end()] = b"\x01" * (hit.end() - hit.start())
                found.append(_remark(place, text[max(0, hit.start() - 2) : hit.end() + AROUND], rule.advice))
    return found


def _remark(place: str, found: str, advice: str) -> Remark:
    return Remark(place, " ".join(found.split()), advice)


def _levels(lines: list[tuple[str, str]]) -> list[Remark]:
    """Levels that skip (（1） right below 一、) or numbers that jump (一、 then 三、)."""
    found: list[Remark] = []
    last = [0, 0, 0, 0]
    for place, line in lines:
        hit = next(((level, match[1]) for level, rule in enumerate(_TYPED_LEVELS) if (match := rule.match(line))), None)
        if hit is None:
            continue
        level, shown = hit
        number = _READ.get(shown) or (int(shown) if shown.isdecimal() else 0)
        above = next((upper for upper in range(level - 1, -1, -1) if last[upper]), None)
        if level and not _may_follow(above, level, last):
            found.append(_remark(place, line[: AROUND + 4], "序号的层次应当依次是“一、”“（一）”“1.”“（1）”。"))
        elif number != last[level] + 1 and not (number == 1 and last[level]):
            expected = heading_prefix(level + 1, last[level] + 1)
            found.append(_remark(place, line[: AROUND + 4], f"序号不连续，这里应当是“{expected}”。"))
        last[level:] = [number, *[0] * (3 - level)]
    return found


def _may_follow(above: int | None, level: int, last: list[int]) -> bool:
    """一、 may be followed by 1. where there are two levels only; a level seen before may go on."""
    if last[level]:
        return True
    if above is None:
        return level == 2  # a short paper may be numbered 1. 2. 3. alone
    return level - above == 1 or (above, level) == (0, 2)
