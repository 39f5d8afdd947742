"""吹哨单: who whistles for whom and why, how it was answered, what came of it; one sheet that goes with the matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.document import Block, Document, Facts, Heading, SignatureLines, Table, TableColumn, Value, long_date

BLANK = ""
SOLVED = {None: BLANK, True: "已解决", False: "未解决"}


@dataclass(frozen=True, slots=True)
class Whistle:
    """The call. `round` is 1, or 2 for a 二次吹哨 that follows `follows`."""

    number: str
    kind: str
    blown_by: str
    signed_by: str
    blown_at: datetime
    source: str
    place: str
    problem: str
    lead: str
    supporting: tuple[str, ...] = ()
    done_so_far: str = ""
    report_at: str = ""
    """When and where departments are to come."""
    due_on: date | None = None
    round: int = 1
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one department answered: received, arrived, by whom; None is not yet."""

    department: str
    person: str = ""
    received_at: datetime | None = None
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. Scores are the street's, out of `full` each; None is not yet given."""

    measures: str = ""
    finding: str = ""
    is_solved: bool | None = None
    response: Decimal | None = None
    arrival: Decimal | None = None
    effect: Decimal | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What one department did and what the street gave it, out of 100 each; None is not yet."""

    department: str
    measures: str = ""
    finding: str = ""
    is_solved: bool | None = None
    response: Decimal | None = None
    arrival: Decimal | None = None
    effect: Decimal | None = None
    score: Decimal | None = None


def build(
    whistle: Whistle,
    answers: tuple[Answer, ...] = (),
    outcome: Outcome | None = None,
    *,
    results: tuple[Result, ...] = (),
    street: str,
    is_draft: bool = False,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """The sheet; what is not known yet stays free to be written by hand. With `results` each department has its line."""
    found = outcome or Outcome()
    blocks: list[Block] = [Heading("吹哨"), *_call(whistle)]
    blocks += [Heading("报到签收"), _answers(whistle, answers)]
    blocks += [Heading("处置和评价"), *([_results(results), _feedback(found)] if results else [_outcome(found)])]
    blocks.append(SignatureLines(("签发人（签字）", "经办人（签字）")))
    again = "（二次吹哨）" if whistle.round > 1 else ""
    return Document(
        title=f"{street}吹哨单{again}",
        blocks=tuple(blocks),
        subtitle=f"编号：{whistle.number}　　吹哨时间：{_moment(whistle.blown_at)}",
        is_draft=is_draft,
        short_code=short_code,
        created_at=created_at,
    )


def _call(whistle: Whistle) -> list[Block]:
    pairs: list[tuple[str, Value]] = [
        ("吹哨单位", whistle.blown_by),
        ("签发人", whistle.signed_by),
        ("哨型", whistle.kind),
        ("哨源", whistle.source),
        ("主责部门", whistle.lead),
        ("配合部门", "、".join(whistle.supporting) or "无"),
        ("报到要求", whistle.report_at or BLANK),
        ("办结时限", long_date(whistle.due_on) if whistle.due_on else BLANK),
    ]
    if whistle.follows:
        pairs += [("前次吹哨", whistle.follows), ("次数", f"第{whistle.round}次")]
    wide: list[tuple[str, Value]] = [("地点", whistle.place), ("问题", whistle.problem)]
    if whistle.done_so_far:
        wide.append(("已做的工作", whistle.done_so_far))
    return [Facts(tuple(pairs), columns=2), Facts(tuple(wide), columns=1)]


def _answers(whistle: Whistle, answers: tuple[Answer, ...]) -> Table:
    known = {answer.department: answer for answer in answers}
    named = dict.fromkeys((whistle.lead, *whistle.supporting, *known))
    columns = (
        TableColumn("部门", 2.2),
        TableColumn("责任", 0.9, align="center"),
        TableColumn("报到人", 1.2),
        TableColumn("签收时间", 1.8, align="center"),
        TableColumn("到场时间", 1.8, align="center"),
        TableColumn("签字", 1.4),
    )
    rows = []
    for name in named:
        answer = known.get(name, Answer(name))
        duty = "主责" if name == whistle.lead else "配合"
        rows.append((name, duty, answer.person, _moment(answer.received_at), _moment(answer.arrived_at), BLANK))
    return Table(columns, tuple(rows), row_height=9.0)


def _outcome(outcome: Outcome) -> Facts:
    scores = [("响应", outcome.response), ("到场", outcome.arrival), ("效果", outcome.effect)]
    given = "　".join(f"{label}{score.normalize():f}分" for label, score in scores if score is not None)
    return Facts(
        (
            ("处置措施", outcome.measures or "\n\n"),
            ("会商结论", outcome.finding or "\n"),
            ("处置结果", SOLVED[outcome.is_solved]),
            ("街道评价", given or BLANK),
            ("反馈群众", outcome.feedback or BLANK),
        ),
        columns=1,
    )


def _results(results: tuple[Result, ...]) -> Table:
    columns = (
        TableColumn("部门", 1.8),
        TableColumn("处置措施", 3.0),
        TableColumn("评价意见", 1.6),
        TableColumn("结果", 0.9, align="center"),
        TableColumn("响应", 0.8, "decimal"),
        TableColumn("到场", 0.8, "decimal"),
        TableColumn("效果", 0.8, "decimal"),
        TableColumn("得分", 0.8, "decimal"),
    )
    rows = tuple(
        (each.department, each.measures, each.finding, SOLVED[each.is_solved], each.response, each.arrival, each.effect,
         each.score)
        for each in results
    )  # fmt: skip
    return Table(columns, rows, row_height=9.0)


def _feedback(outcome: Outcome) -> Facts:
    return Facts((("反馈群众", outcome.feedback or "\n"),), columns=1)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else BLANK
