"""通讯录 as a paper of the report centre: of a community, a street, or any area; Excel among its formats."""

from __future__ import annotations

from app.areas.queries import name_of
from app.contacts import queries
from app.contacts.models import RESOURCE
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.register import register
from app.security.actor import acting_as
from reports.contents import contacts
from reports.document import Document, FootLine, long_date


def build_book(request: PaperRequest) -> Document:
    """Everybody the reader may print, telephones as he may see them."""
    with acting_as(request.actor):
        groups = []
        for source in queries.sources_of(request.actor, "export"):
            found = queries.find(
                source, area=request.area_code, words="", actor=request.actor, today=request.today, permission="export"
            )
            people = [
                contacts.Person(each.name, each.post, each.unit, each.area, each.phone) for each in found.contacts
            ]
            groups.append((register(source.register).noun_text, people))
        return contacts.build(
            groups, area=name_of(request.area_code), as_of=request.today,
            foot_line=FootLine((("制表", ""), ("制表日期", long_date(request.today)))),
        )  # fmt: skip


def install() -> None:
    """Make it known; again changes nothing."""
    # Each reader sees other people and other telephones, hence not frozen.
    register_paper(Paper("contact_book", "通讯录", "daily", RESOURCE, build_book, is_frozen=False))
