"""The paper an address of 报送 names, checked against what goes up from there and what the person may see."""

from __future__ import annotations

from flask import abort

from app.clock import today
from app.report_center.choosing import Choice, choose
from app.report_center.queries import is_asked_of, submitted_papers
from app.security.actor import current_actor


def asked_paper(area: str, paper: str, period: str) -> Choice:
    """The paper of an address, if it is one that goes up from there and the person may see it; else 404."""
    choice = choose({"area": area, "paper": paper, "period": period}, current_actor(), today=today())
    of = choice.request
    if of.period.key != period or choice.paper not in submitted_papers(of.period) or not is_asked_of(of.area_code):
        abort(404)
    return choice
