"""Who has not handed in the papers of a month, and until when: read from the report centre for the first page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from app.home import rules
from app.language import gettext as _
from app.lowcode.page_models.home import SubmissionRow
from app.lowcode.page_models.parts import Chip, Link, Tone
from app.notices.rules import tone_of
from app.periods.rules import Period
from app.report_center.models import RESOURCE
from app.report_center.queries import Standing, SubmissionGrid, deadline, is_asked_of, submission_grid, submission_level
from app.report_center.rules import MISSING, PASSED, RETURNED, SHORT_NAMES, SUBMITTED
from app.report_center.todos import address
from app.security.actor import Actor

MOST_ROWS = 7
TONES: dict[str, Tone] = {MISSING: "amber", RETURNED: "red", SUBMITTED: "blue", PASSED: "green"}


@dataclass(frozen=True, slots=True)
class Submissions:
    """What the first page says about a month's papers; without a title it says nothing."""

    title: str = ""
    rows: tuple[SubmissionRow, ...] = ()
    text: str = ""
    more: Link | None = None
    deadline_text: str = ""
    deadline_tone: Tone = "grey"


def submissions_of(actor: Actor, area: str, running: Period, *, today: date) -> Submissions:
    """Last month's papers in one area: of a community each with its state, above it the communities that are behind.

    Grids hand nothing in; who may not read reports sees nothing.
    """
    last = running.previous()
    if not actor.covers(RESOURCE, "read", area) or len(area) > submission_level().digits:
        return Submissions()
    grid = submission_grid(area, last)
    if not grid.papers or not grid.areas:
        text, tone = _deadline(last, running, today, is_done=True)
        return Submissions(deadline_text=text, deadline_tone=tone)
    behind = grid.with_state(MISSING, RETURNED)
    month = _(rules.MONTHS[last.number - 1])
    text, tone = _deadline(last, running, today, is_done=not behind)
    if is_asked_of(area):
        rows = tuple(
            SubmissionRow(_(cell.paper_title), (_chip(cell),), address(area, cell.paper, last.key))
            for cell in grid.row(area)
        )
        return Submissions(_("%(month)s报表", month=month), rows, deadline_text=text, deadline_tone=tone)
    return Submissions(
        _("%(month)s还没报齐的", month=month),
        _communities(grid, behind),
        _("%(month)s报表都报齐了。", month=month),
        Link(_("查看全部报送情况"), f"/reports/?period={last.key}#submissions"),
        text,
        tone,
    )


def _communities(grid: SubmissionGrid, behind: tuple[Standing, ...]) -> tuple[SubmissionRow, ...]:
    by_area: dict[str, list[Standing]] = defaultdict(list)
    for cell in behind:
        by_area[cell.area_code].append(cell)
    rows = []
    for code, cells in list(by_area.items())[:MOST_ROWS]:
        returned = [cell for cell in cells if cell.state == RETURNED]
        chips = [Chip(_("未报 %(n)s 份", n=len(cells) - len(returned)), "amber")] if len(cells) > len(returned) else []
        chips += [Chip(_("退回 %(n)s 份", n=len(returned)), "red")] if returned else []
        url = f"/reports/?period={grid.period.key}&area={code}#submissions"
        rows.append(SubmissionRow(cells[0].area, tuple(chips), url))
    return tuple(rows)


def _chip(cell: Standing) -> Chip:
    return Chip(_(SHORT_NAMES[cell.state]), TONES[cell.state])


def _deadline(last: Period, running: Period, today: date, *, is_done: bool) -> tuple[str, Tone]:
    """The last month's, until it is over and done with; then the running month's. Loud only when it is near."""
    due = deadline(last)
    if due < today and is_done:
        last = Period.of("month", running.first)
        due = deadline(last)
    return rules.deadline_text(last.first, due, today), tone_of(due, today=today)
