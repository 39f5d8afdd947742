"""What fits together, and why: resources for a need, and needs that are the same one told twice. Words and numbers only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.areas.rules import COMMUNITY_DIGITS, STREET_DIGITS
from app.fields.sentence import Sentence
from app.three_lists.rules import FITTING

MOST_KIND, AREA, TIMES, WORDS, IN_TIME = 40, 25, 15, 25, 10
"""Points a resource may get: for its kind, place, hours, words, and for lasting until the day wanted."""
SURE, LIKELY = 50, 30
"""From here on a pair of needs is offered as 很可能重复, as 可能重复."""
HOURS: dict[str, tuple[str, ...]] = {
    "晚上": ("晚上", "夜间", "夜里", "傍晚", "下班后"), "白天": ("白天", "上午", "下午", "工作日"),
    "周末": ("周末", "双休", "星期六", "星期日", "周六", "周日", "节假日"), "暑假": ("暑假", "暑期", "7月", "8月"),
    "寒假": ("寒假", "春节"),
}  # fmt: skip
"""Hours and seasons → how people write them."""
_FILLER = re.compile(r"[\s\W\d_]+|希望|需要|想要|没有|不够|问题|居民|几位|小区|社区|提供|服务")


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What matching knows of a need. `text` is its name and content."""

    kind: str | None
    area_code: str
    text: str
    wanted_by: date | None = None
    compound_id: int | None = None


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """What matching knows of a resource. `hours` is 可用时段."""

    kind: str | None
    area_code: str
    text: str
    hours: str = ""
    valid_until: date | None = None
    is_on_offer: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """How well two things fit (0 to 100), each point with its reason; `against` says what speaks against it."""

    score: int = 0
    reasons: tuple[Sentence, ...] = ()
    against: tuple[Sentence, ...] = ()

    @property
    def words(self) -> str:
        """The reasons as one text."""
        return "；".join((*self.reasons, *self.against))


def match(need: NeedFacts, resource: ResourceFacts, today: date) -> Match:
    """How well a resource serves a need. One that is not on offer any more fits nothing."""
    if not resource.is_on_offer or (resource.valid_until is not None and resource.valid_until < today):
        return Match()
    parts = (_kind(need, resource), _area(need, resource), _hours(need, resource), _words(need.text, resource.text),
             _in_time(need, resource))  # fmt: skip
    reasons = tuple(reason for _points, reason in parts if reason)
    return Match(sum(points for points, _reason in parts), reasons, _against(need, resource))


Part = tuple[int, Sentence]
NOTHING: Part = (0, Sentence())


def _kind(need: NeedFacts, resource: ResourceFacts) -> Part:
    kinds = FITTING.get(need.kind or "", ())
    if resource.kind not in kinds:
        return NOTHING
    place = kinds.index(resource.kind)
    return MOST_KIND - 8 * place, Sentence("这类需求最常用的类型") if place == 0 else Sentence("这类需求用得上的类型")


def _area(need: NeedFacts, resource: ResourceFacts) -> Part:
    if need.area_code[:COMMUNITY_DIGITS] == resource.area_code[:COMMUNITY_DIGITS]:
        return AREA, Sentence("就在本社区")
    if need.area_code.startswith(resource.area_code):
        return AREA - 10, Sentence("上级统筹，本社区可用")
    if need.area_code[:STREET_DIGITS] == resource.area_code[:STREET_DIGITS]:
        return AREA - 15, Sentence("在同一街道")
    return NOTHING


def hours_in(text: str) -> tuple[str, ...]:
    """晚上, 周末 …: the hours and seasons a text speaks of."""
    return tuple(name for name, words in HOURS.items() if any(word in text for word in words))


def _hours(need: NeedFacts, resource: ResourceFacts) -> Part:
    shared = [name for name in hours_in(need.text) if name in hours_in(f"{resource.hours}{resource.text}")]
    return (TIMES, Sentence("时间合适（%(hours)s）", hours="、".join(shared))) if shared else NOTHING


def _words(first: str, second: str) -> Part:
    shared = shared_words(first, second)
    if not shared:
        return NOTHING
    return min(WORDS, 8 * len(shared)), Sentence("都提到“%(words)s”", words="、".join(shared[:3]))


def _in_time(need: NeedFacts, resource: ResourceFacts) -> Part:
    if need.wanted_by is None or resource.valid_until is None or resource.valid_until < need.wanted_by:
        return NOTHING
    return IN_TIME, Sentence("期望时限前一直可用")


def _against(need: NeedFacts, resource: ResourceFacts) -> tuple[Sentence, ...]:
    if need.wanted_by is not None and resource.valid_until is not None and resource.valid_until < need.wanted_by:
        return (Sentence("%(day)s到期，早于期望时限", day=resource.valid_until.isoformat()),)
    return ()


def pairs_of(text: str) -> list[str]:
    """Pairs of neighbouring characters, fillers left out: how Chinese without spaces is compared."""
    found: dict[str, None] = {}
    for run in _FILLER.split(text):
        found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
    return list(found)


def shared_words(first: str, second: str) -> list[str]:
    """Pairs both texts hold, neighbouring ones joined again: 停车位 and not 停车, 车位."""
    other = set(pairs_of(second))
    joined: list[str] = []
    for pair in pairs_of(first):
        if pair not in other:
            continue
        if joined and joined[-1][-1] == pair[0] and f"{joined[-1]}{pair[1:]}" in first:
            joined[-1] += pair[1:]
        else:
            joined.append(pair)
    return joined


def likeness(first: str, second: str) -> float:
    """How much of two texts is the same, 0 to 1: shared pairs by those of the shorter one."""
    one, other = set(pairs_of(first)), set(pairs_of(second))
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def alike(first: NeedFacts, second: NeedFacts) -> Match:
    """How likely two needs are the same one: place, kind and words must all speak for it."""
    same_place, reason = _same_place(first, second)
    share = likeness(first.text, second.text)
    if not same_place or share < 0.3:
        return Match()
    reasons = [reason, Sentence("%(percent)s%% 的用词相同", percent=round(share * 100))]
    score = same_place + round(share * 50)
    if first.kind is not None and first.kind == second.kind:
        score += 25
        reasons.append(Sentence("类别相同"))
    return Match(score, tuple(reasons)) if score >= LIKELY else Match()


def _same_place(first: NeedFacts, second: NeedFacts) -> Part:
    if first.compound_id is not None and second.compound_id is not None:
        return (25, Sentence("同一小区")) if first.compound_id == second.compound_id else NOTHING
    if first.area_code == second.area_code:
        return 20, Sentence("同一网格")
    if first.area_code[:COMMUNITY_DIGITS] == second.area_code[:COMMUNITY_DIGITS]:
        return 10, Sentence("同一社区")
    return NOTHING


def best(matches: Iterable[tuple[int, Match]], *, most: int) -> Sequence[tuple[int, Match]]:
    """The best of (id, match), those that fit at all; equal ones in the order of their ids."""
    fitting = [(id_, found) for id_, found in matches if found.score > 0]
    return sorted(fitting, key=lambda pair: (-pair[1].score, pair[0]))[:most]
