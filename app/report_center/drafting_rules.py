"""起草规则: when a figure behaves so, the digest says this; sentences hold names of figures and no number of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from reports.contents.digest_rows import Section, Topic, Wording, all_topics
from reports.contents.figures import Figure, change, change_on_year, shown
from reports.document import show

Part = Literal["situation", "problems", "next_steps"]
PART_NAMES: dict[Part, str] = {"situation": "总体情况", "problems": "存在问题", "next_steps": "下步工作"}
Condition = Literal["below_target", "fell", "rose", "positive", "zero", "always"]
CONDITION_NAMES: dict[Condition, str] = {
    "below_target": "没有达到目标",
    "fell": "环比下降达到",
    "rose": "环比上升达到",
    "positive": "大于零",
    "zero": "等于零",
    "always": "总是",
}
NEEDS_AMOUNT = ("fell", "rose")
EVERY = ""
"""In place of a figure's name: the rule is asked of every figure of the paper."""
NAMES = (
    "指标",
    "本期数",
    "上期数",
    "上年同期数",
    "环比",
    "同比",
    "目标",
    "本期",
    "上期",
    "下级",
    "未达标单位",
    "有数单位",
)
LONGEST_SENTENCE = 300
MOST_RULES = 60
MOST_SENTENCES = 6
"""Of one part; what comes after is left to whoever writes."""
_NAME = re.compile(r"【([^【】]*)】")
_DIGITS = re.compile(
    r"[0-9０-９]|[一二三四五六七八九十百千万两]+(?:个|件|名|条|次|份|户|人|家|项|天|%|百分|成|倍)|[过大小一]半|翻番|百分之"
)


class RuleRefused(ValueError):
    """A rule that cannot stand; the message says why."""


@dataclass(frozen=True, slots=True)
class DraftRule:
    """One rule. `amount` is in percent for counts, in percentage points for rates, and never printed."""

    part: Part
    figure: str
    condition: Condition
    sentence: str
    amount: Decimal = Decimal(0)
    is_on: bool = True


SHIPPED: tuple[DraftRule, ...] = (
    DraftRule("problems", EVERY, "below_target",
              "【指标】未达目标。【本期】【指标】【本期数】，目标【目标】；其中未达目标的【下级】有【未达标单位】。"),
    DraftRule("problems", "reports_missing", "positive", "【本期】还有【本期数】报表没有报；没有报的【下级】有【有数单位】。"),
    DraftRule("problems", "party_terms_over", "positive", "【指标】【本期数】，换届不够及时。"),
    DraftRule("problems", "needs_open", "rose", "【指标】积压增多，【本期】末【本期数】，【环比】。", Decimal(20)),
    DraftRule("problems", "meetings_held", "fell", "【指标】减少，【本期】【本期数】，【环比】。", Decimal(30)),
    DraftRule("next_steps", EVERY, "below_target",
              "提高【指标】。逐件查明未达目标的原因，明确责任单位和完成时限，列入下期月报对照检查。"),
    DraftRule("next_steps", "reports_missing", "positive", "督促没有报送的【下级】补报，下期按截止日提前提醒。"),
    DraftRule("next_steps", "party_terms_over", "positive", "逐个摸清届满党组织情况，制定换届计划，符合条件的及时换届。"),
    DraftRule("next_steps", "needs_open", "rose", "逐条梳理未解决需求，明确牵头单位和时限，能办的马上办。", Decimal(20)),
)  # fmt: skip


def check(rule: DraftRule, figures: Mapping[str, str]) -> DraftRule:
    """The rule, trimmed. `figures` are key → title. Raises RuleRefused in words."""
    sentence = " ".join(rule.sentence.split())[:LONGEST_SENTENCE]
    if rule.part not in PART_NAMES or rule.condition not in CONDITION_NAMES:
        raise RuleRefused("请选择写在哪一部分、什么条件下写。")
    if rule.figure and rule.figure not in figures:
        raise RuleRefused("没有这个指标，请从列表里选。")
    if rule.condition in NEEDS_AMOUNT and rule.amount <= 0:
        raise RuleRefused("请填写达到多少才写，要大于零。")
    if not sentence:
        raise RuleRefused("请写出要起草的句子。")
    unknown = [name for name in _NAME.findall(sentence) if name not in NAMES]
    if unknown:
        raise RuleRefused(f"句子里的【{unknown[0]}】不认识。可以用的有：{'、'.join(f'【{name}】' for name in NAMES)}。")
    if found := _DIGITS.search(_NAME.sub("", sentence)):
        raise RuleRefused(f"句子里不能自己写数字（{found[0]}）。数字用【本期数】这样的名称，才能和表里一致。")
    return DraftRule(rule.part, rule.figure, rule.condition, sentence, rule.amount, rule.is_on)


def drafted(sections: Sequence[Section], rules: Sequence[DraftRule], wording: Wording) -> dict[Part, tuple[str, ...]]:
    """The sentences of each part, in the order of the rules, then of the paper; at most MOST_SENTENCES each."""
    found: dict[Part, list[str]] = {part: [] for part in PART_NAMES}
    for rule in rules:
        for topic, place in _asked(sections, rule) if rule.is_on else ():
            text = written(rule.sentence, _words(topic, place, wording))
            if text and text not in found[rule.part]:
                found[rule.part].append(text)
    return {part: tuple(texts[:MOST_SENTENCES]) for part, texts in found.items()}


def _asked(sections: Sequence[Section], rule: DraftRule) -> Iterator[tuple[Topic, int]]:
    for topic in all_topics(sections):
        for place, figure in enumerate(topic.figures):
            if rule.figure in (EVERY, figure.name) and holds(rule, figure):
                yield topic, place


def holds(rule: DraftRule, figure: Figure) -> bool:
    """Whether the figure behaves as the rule says; one that does not exist never does."""
    if figure.value is None:
        return False
    step = change(figure).value
    match rule.condition:
        case "below_target":
            return figure.misses_target
        case "fell":
            return step is not None and step <= -rule.amount
        case "rose":
            return step is not None and step >= rule.amount
        case "positive":
            return figure.value > 0
        case "zero":
            return figure.value == 0
    return True


def _words(topic: Topic, place: int, wording: Wording) -> dict[str, str]:
    """What the names say of one figure; every number is one its tables print."""
    figure = topic.figures[place]
    below, filled = _areas(topic, place)
    unit = "" if figure.is_rate else figure.unit
    return {
        "指标": figure.label,
        "本期数": shown(figure, figure.value) + unit,
        "上期数": shown(figure, figure.previous) + unit if figure.previous is not None else "",
        # Without a base the tables leave the column out; so does the sentence.
        "上年同期数": shown(figure, figure.last_year) + unit if figure.last_year else "",
        "环比": change(figure).in_words(),
        "同比": change_on_year(figure).in_words("同比") if figure.last_year else "",
        "目标": show(figure.target, "percent", figure.places) if figure.target is not None else "",
        "本期": wording.this_period,
        "上期": wording.period_before,
        "下级": wording.area_below,
        "未达标单位": below,
        "有数单位": filled,
    }


def _areas(topic: Topic, place: int) -> tuple[str, str]:
    figure = topic.figures[place]
    values = [(line.area, line.values[place]) for line in topic.lines]
    below = [
        f"{area}（{shown(figure, value)}）"
        for area, value in values
        if value is not None and figure.target is not None and value < figure.target
    ]
    return "、".join(below), "、".join(area for area, value in values if value)


_CLAUSE = re.compile(r"[^；。]*[；。]?")


def written(sentence: str, words: Mapping[str, str]) -> str:
    """The sentence with its names filled in; a clause (between ；) in which a name says nothing is left out."""
    kept = [
        clause for clause in _CLAUSE.findall(sentence)
        if clause and all(words.get(name) for name in _NAME.findall(clause))
    ]  # fmt: skip
    text = _NAME.sub(lambda match: words[match[1]], "".join(kept))
    return text[:-1] + "。" if text.endswith("；") else text


def as_plain(rules: Sequence[DraftRule]) -> list[dict[str, Any]]:
    """Rules as plain JSON."""
    return [{**asdict(rule), "amount": str(rule.amount)} for rule in rules]


def from_plain(rows: Sequence[Mapping[str, Any]]) -> tuple[DraftRule, ...]:
    """Rules from JSON; a row that says too little is left out."""
    found = []
    for row in rows:
        try:
            amount = Decimal(str(row.get("amount", 0)))
            found.append(DraftRule(row["part"], row["figure"], row["condition"], row["sentence"], amount,
                                   bool(row.get("is_on", True))))  # fmt: skip
        except (KeyError, InvalidOperation):
            continue
    return tuple(found)
