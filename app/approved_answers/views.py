"""Answers offered to whoever writes a reply, as JSON; the to-do of those that ran out; the demonstration's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Flask, jsonify, request
from flask_appbuilder import AppBuilder, BaseView, expose

from app.approved_answers import demo, queries, rules
from app.approved_answers.models import RESOURCE
from app.clock import today
from app.fields.codes import code_list
from app.fields.sentence import Sentence
from app.lowcode.frame import asked_area
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.security.actor import Actor, current_actor
from app.security.permissions import permitted

MOST_WORDS, MOST_OFFERED, MOST_EACH = 500, 20, 5


class AnswersView(BaseView):  # type: ignore[misc]
    """Everything under /answers."""

    route_base = "/answers"
    default_view = "offered"

    @expose("/offered")
    @permitted(RESOURCE, "read")
    def offered(self) -> Any:
        """`?category=&q=&area=&most=` → `{"answers": [{id, question, answer, basis, office, category, valid_until}]}`.

        Category is a code or a label; words are taken as the asker said them. Out-of-date answers never come.
        """
        category = code_list("answer_category")
        codes = category.codes_for(request.args.get("category", "").strip()[:40])
        most = request.args.get("most", "5")
        found = queries.offered(
            category=next(iter(sorted(codes)), ""), words=request.args.get("q", "")[:MOST_WORDS],
            area_code=asked_area(current_actor(), RESOURCE), today=today(),
            most=min(int(most), MOST_OFFERED) if most.isascii() and most.isdigit() else 5,
        )  # fmt: skip
        return jsonify(answers=[_json(replace(each, category=category.label_of(each.category))) for each in found])


def _json(answer: rules.Answer) -> dict[str, Any]:
    return {
        "id": answer.id, "question": answer.question, "answer": answer.text, "basis": answer.basis,
        "office": answer.office, "category": answer.category,
        "valid_until": answer.valid_until.isoformat() if answer.valid_until else None,
    }  # fmt: skip


def run_out(actor: Actor, today: date) -> list[Todo]:
    """Answers to be approved anew or taken out."""
    prefixes = actor.prefixes(RESOURCE, "write")
    rows = queries.run_out(prefixes, today, limit=MOST_EACH) if prefixes else []
    return [
        Todo(
            Sentence("口径已过期：%(question)s", question=row.name[:40]),
            why=Sentence("不再推荐给答复；请重新批准、改有效期或删除"), due_on=row.valid_until,
            url=f"/{RESOURCE}/show/{row.id}", kind="answer",
        )
        for row in rows
    ]  # fmt: skip


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Address, to-do source and the part of the demonstration; again changes nothing."""
    appbuilder.add_view_no_menu(AnswersView)
    register_todo_source("approved_answers.run_out", run_out)
    demo.install()
