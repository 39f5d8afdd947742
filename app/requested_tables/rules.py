"""Rules of gathering tables: where a return stands, which step comes next, who is late, and the words to chase with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

OPEN, DRAFT, HANDED_IN, GIVEN_BACK = "open", "draft", "handed_in", "given_back"
STATE_NAMES = {OPEN: "未报", DRAFT: "填写中", HANDED_IN: "已报", GIVEN_BACK: "退回"}
UNFINISHED = (OPEN, DRAFT, GIVEN_BACK)

Step = Literal["save", "hand_in", "take_in", "give_back", "go_back"]
STEP_NAMES: dict[str, str] = {
    "save": "保存", "hand_in": "上报", "take_in": "街道代收", "give_back": "退回", "go_back": "恢复到以前的一稿",
}  # fmt: skip
_STEPS: dict[tuple[str, Step], str] = {
    (OPEN, "save"): DRAFT,
    (DRAFT, "save"): DRAFT,
    (GIVEN_BACK, "save"): GIVEN_BACK,
    (OPEN, "hand_in"): HANDED_IN,
    (DRAFT, "hand_in"): HANDED_IN,
    (GIVEN_BACK, "hand_in"): HANDED_IN,
    # A file that came by chat is taken in whatever the community did on screen; what was there stays a version.
    (OPEN, "take_in"): HANDED_IN,
    (DRAFT, "take_in"): HANDED_IN,
    (GIVEN_BACK, "take_in"): HANDED_IN,
    (HANDED_IN, "take_in"): HANDED_IN,
    (HANDED_IN, "give_back"): GIVEN_BACK,
    (HANDED_IN, "go_back"): HANDED_IN,
    (GIVEN_BACK, "go_back"): HANDED_IN,
}
LONGEST_REASON = 300
MOST_AREAS = 300


class StepRefused(ValueError):
    """A step that cannot be taken now; the message says why and what to do."""


def next_state(state: str, step: Step) -> str:
    """The state after a step. Raises StepRefused in words."""
    if (state, step) in _STEPS:
        return _STEPS[state, step]
    if state == HANDED_IN and step in ("save", "hand_in"):
        raise StepRefused("这张表已经上报，内容已锁定。要修改请先请街道退回。")
    raise StepRefused(f"这张表现在是“{STATE_NAMES[state]}”，不能{STEP_NAMES[step]}。请刷新页面再看。")


def may(state: str, step: Step) -> bool:
    """Whether the step can be taken from that state."""
    return (state, step) in _STEPS


def check_reason(reason: str) -> str:
    """The reason for giving a table back, trimmed. Raises StepRefused when there is none."""
    text = " ".join(reason.split())
    if not text:
        raise StepRefused("请写明退回原因，社区才知道要改什么。")
    return text[:LONGEST_REASON]


def check_collection(title: str, due_on: date | None, areas: Sequence[str], *, today: date) -> None:
    """What sending down a table takes. Raises StepRefused."""
    if not title.strip():
        raise StepRefused("请给这次收表起个名称，社区在待办里看到的就是它。")
    if due_on is None:
        raise StepRefused("请填收表的截止日期，比如 2026-12-05。")
    if due_on < today:
        raise StepRefused("截止日期已经过了，请改成今天或以后的日期。")
    if not areas:
        raise StepRefused("请至少勾选一个要填表的单位。")
    if len(areas) > MOST_AREAS:
        raise StepRefused(f"一次最多发给 {MOST_AREAS} 个单位，请分几次下发。")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one community's return stands."""

    area: str
    state: str
    is_late: bool = False
    """Handed in after the last day, or not yet and the day has passed."""


def is_late(state: str, handed_in_on: date | None, due_on: date, *, today: date) -> bool:
    """Whether a return came, or will come, after its last day."""
    if state == HANDED_IN and handed_in_on is not None:
        return handed_in_on > due_on
    return today > due_on


def reminder(standings: Sequence[Standing], *, title: str, due_on: date, today: date, office: str) -> str:
    """催报: text to paste into a group; "" where nothing is to be chased."""
    waiting = [each.area for each in standings if each.state in (OPEN, DRAFT)]
    back = [each.area for each in standings if each.state == GIVEN_BACK]
    if not waiting and not back:
        return ""
    done = len(standings) - len(waiting) - len(back)
    until = f"{due_on.month}月{due_on.day}日"
    lines = [
        f"【收表催报】“{title}”{'应于' if today > due_on else '请于'}{until}前报齐，统计到{today.month}月{today.day}日，已报 {done} 家，共 {len(standings)} 家。"
    ]
    if waiting:
        lines.append(f"还没报：{'、'.join(waiting)}。")
    if back:
        lines.append(f"退回待重报：{'、'.join(back)}。")
    lines.append(
        "请在“收表”里打开填报，已有数据系统会先填好；也可以把填好的表发来。" + (f"　{office}" if office else "")
    )
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several files for the same community: its key, when it was saved, and where it stood in the pile."""

    key: str
    saved_at: datetime | None
    copy_number: int
    position: int


def newest(candidates: Sequence[Candidate]) -> str:
    """The key of the file to propose: saved last; where that is not known, the higher copy number, else the later one."""
    if not candidates:
        raise ValueError("no candidates")
    if all(each.saved_at is not None for each in candidates):
        return max(candidates, key=lambda each: (each.saved_at, each.copy_number, each.position)).key  # type: ignore[arg-type, return-value]
    return max(candidates, key=lambda each: (each.copy_number, each.position)).key
