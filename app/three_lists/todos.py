"""What the three lists ask of somebody beside the steps of their flows: milestones, months, proposers to be told."""

from __future__ import annotations

from datetime import date, timedelta

from app.areas.rules import COMMUNITY_DIGITS
from app.fields.sentence import Sentence
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.periods.rules import Period
from app.security.actor import Actor
from app.three_lists import progress, proposers, queries, rules
from app.three_lists.names import list_name

MOST_EACH, REMIND_DAYS = 8, 3


def late_milestones(actor: Actor, today: date) -> list[Todo]:
    """Milestones due within three days or past, in the communities whose projects the person keeps."""
    own = tuple(code for code in actor.prefixes("projects", "write") if len(code) >= COMMUNITY_DIGITS)
    rows = queries.late_milestones(own, today + timedelta(days=REMIND_DAYS), limit=MOST_EACH) if own else ()
    return [
        Todo(
            Sentence("“%(project)s”的节点“%(what)s”要完成", project=project.name, what=milestone.what),
            why=Sentence("完成了请在办理页点“完成”；完不成请改日期并说明原因"), due_on=milestone.due_on,
            url=f"/three_lists/projects/{project.id}", kind="project",
        )
        for milestone, project in rows
    ]  # fmt: skip


def monthly_progress(actor: Actor, today: date) -> list[Todo]:
    """Projects whose last month passed without a line of progress, and from the 25th those of this month, asked of who
    keeps them and of the lead unit; one line for all of them for a post wider than a community.
    """
    prefixes = actor.prefixes("projects", "write")
    own = tuple(prefix for prefix in prefixes if len(prefix) >= COMMUNITY_DIGITS)
    wide = tuple(prefix for prefix in prefixes if len(prefix) < COMMUNITY_DIGITS)
    units, last = progress.unit_ids(actor), progress.month_before(today)
    months = (last, Period.of("month", today)) if today.day >= rules.ASKED_FROM else (last,)
    found = [
        Todo(
            Sentence("“%(name)s”%(month)s月的进展还没有报", name=row.name, month=month.first.month),
            why=Sentence("请在办理页“每月进展”里写一句做了什么，或填完成百分比"), due_on=month.last,
            tone="red" if month is last else "amber", url=f"/three_lists/projects/{row.id}#progress", kind="project",
        )
        for month in months
        for row in (progress.silent(own, month, today, limit=MOST_EACH, units=units) if own or units else ())
    ]  # fmt: skip
    count = progress.count_silent(wide, last, today) if wide else 0
    if count:
        found.append(
            Todo(
                Sentence("有 %(n)s 个%(list)s没有报%(month)s月的进展", n=count, list=Sentence(list_name("projects")),
                         month=last.first.month),
                why=Sentence("请督促社区补报"), url="/projects/list/?state=running", tone="amber", kind="project",
            )
        )  # fmt: skip
    return found


def proposers_to_tell(actor: Actor, today: date) -> list[Todo]:  # noqa: ARG001
    """Proposers of merged needs who have not been told yet, or not been asked, in the communities a post keeps."""
    own = tuple(code for code in actor.prefixes("needs", "write") if len(code) >= COMMUNITY_DIGITS)
    rows = proposers.waiting(own, limit=MOST_EACH) if own else ()
    return [
        Todo(
            Sentence("“%(name)s”的提出人要告诉一声：%(news)s", name=need.name, news=Sentence(proposers.news_words(main))),
            why=Sentence("它并入了“%(main)s”，提出人要各自告诉、各自回访", main=main.name), kind="need",
            url=f"/three_lists/needs/{need.id}/proposer",
        )
        for need, main in rows
    ]  # fmt: skip


PROPOSERS = register_todo_source("three_lists.proposers", proposers_to_tell)
PROGRESS = register_todo_source("three_lists.monthly_progress", monthly_progress)
MILESTONES = register_todo_source("three_lists.milestones", late_milestones)
