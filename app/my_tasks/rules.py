"""Which to-dos fit what was asked, and the words to paste into the work group; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.notices.rules import SOON_DAYS, Todo, due_text

LAMP_NAMES = {"red": "红灯", "amber": "黄灯", "grey": "其他"}
MOST_PASTED = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A colour (red, amber, grey for all others), and one's own, those taken over (`other`) or '' both."""

    lamp: str = ""
    whose: str = ""


def fitting(todos: Sequence[Todo], asked: Asked) -> list[Todo]:
    """To-dos of that colour, of one's own or of those whose place one takes."""
    found = []
    for todo in todos:
        colour = todo.tone if todo.tone in ("red", "amber") else "grey"
        if asked.lamp and colour != asked.lamp:
            continue
        if asked.whose and (asked.whose == "other") != bool(todo.on_behalf):
            continue
        found.append(todo)
    return found


def lamp_word(todo: Todo, today: date) -> str:
    """已逾期, 快到期; 急办 or 留意 where no day made it red or amber."""
    days = (todo.due_on - today).days if todo.due_on else None
    if todo.tone == "red":
        return "已逾期" if days is not None and days < 0 else "急办"
    if todo.tone == "amber":
        return "快到期" if days is not None and days <= SOON_DAYS else "留意"
    return "正常"


def group_text(todos: Sequence[Todo], *, area_name: str, today: date) -> str:
    """Plain lines for the work group: what is late or soon due. Names of people and matters of others stay out of it
    as far as the titles do: a group is no place for personal data, so that reasons are left out.
    """
    pressing = [todo for todo in todos if todo.tone in ("red", "amber")]
    head = f"【待办提醒】{area_name} {today.month}月{today.day}日"
    if not pressing:
        return f"{head}：没有逾期和快到期的事。"
    lines = [
        f"{number}. {todo.title}" + (f"（{words}）" if (words := str(due_text(todo.due_on, today=today))) else "")
        for number, todo in enumerate(pressing[:MOST_PASTED], 1)
    ]
    rest = len(pressing) - len(lines)
    tail = [f"另有 {rest} 件，请在系统“我的待办”里看。"] if rest else []
    return "\n".join([f"{head}，共 {len(pressing)} 件：", *lines, *tail, "请各责任人按时办理。"])
