"""What joint patrols add to other rooms: their to-dos, paper and part of the demonstration."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from flask_appbuilder import AppBuilder

from app.fields.sentence import Sentence
from app.joint_patrols import demo, papers, queries, steps  # noqa: F401 (steps registers the job)
from app.joint_patrols.models import PATROLS
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.security.actor import Actor

REMIND_DAYS, MOST_EACH = 3, 5


def patrols(actor: Actor, today: date) -> list[Todo]:
    """Patrols that were missed or are due within three days."""
    prefixes = actor.prefixes(PATROLS, "write")
    rows = queries.not_held(prefixes, by=today + timedelta(days=REMIND_DAYS), limit=MOST_EACH) if prefixes else []
    return [
        Todo(
            Sentence("漏巡：%(patrol)s", patrol=row.name)
            if row.planned_on < today
            else Sentence("要巡查：%(patrol)s", patrol=row.name),
            why=Sentence("巡查后填日期、参加的人和发现的问题"), due_on=row.planned_on,
            url=f"/{PATROLS}/show/{row.id}", kind="patrol",
        )
        for row in rows
    ]  # fmt: skip


def faults(actor: Actor, today: date) -> list[Todo]:
    """What patrols found and nobody mended by its day, or has three days left."""
    prefixes = actor.prefixes(PATROLS, "write")
    rows = queries.not_mended(prefixes, by=today + timedelta(days=REMIND_DAYS), limit=MOST_EACH) if prefixes else []
    return [
        Todo(
            Sentence("巡查发现的问题要改好：%(place)s %(problem)s", place=found.location, problem=found.problem),
            why=Sentence("%(patrol)s。改好后在巡查里勾“已整改”", patrol=patrol.name or ""), due_on=found.mend_by,
            url=f"/{PATROLS}/show/{patrol.id}", kind="patrol",
        )
        for found, patrol in rows
    ]  # fmt: skip


def install(_app: Flask, _appbuilder: AppBuilder) -> None:
    """Register all by name; again changes nothing."""
    register_todo_source("joint_patrols.patrols", patrols)
    register_todo_source("joint_patrols.faults", faults)
    papers.install()
    demo.install()
