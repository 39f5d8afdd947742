"""The invented papers that the tests of all renderers share, by name."""

from __future__ import annotations

from tests.reports.block_papers import every_block
from tests.reports.digest_papers import leaders_page, ranking, street_digest, week, year
from tests.reports.ledger_papers import (
    arrears,
    branches,
    household,
    lists,
    points_summary,
    ratings,
    worker_ledger,
    worker_roster,
)
from tests.reports.letter_papers import letter, liaison, notice, supervision, whistle
from tests.reports.meeting_papers import matrix, meeting_minutes, note, sign_in_sheet
from tests.reports.points_papers import POINTS_PAPERS

PAPERS = {
    **POINTS_PAPERS,
    "every_block_table": every_block,
    "every_block_official": lambda: every_block(style="official"),
    "letter": letter,
    "minutes": meeting_minutes,
    "note": note,
    "sign_in": sign_in_sheet,
    "digest": street_digest,
    "ledger": worker_ledger,
    "points_summary": points_summary,
    "roster": worker_roster,
    "lists": lists,
    "matrix": matrix,
    "arrears": arrears,
    "leaders_page": leaders_page,
    "week": week,
    "ranking": ranking,
    "year": year,
    "branches": branches,
    "ratings": ratings,
    "supervision": supervision,
    "liaison": liaison,
    "whistle": whistle,
    "public_notice": notice,
    "household": household,
}
