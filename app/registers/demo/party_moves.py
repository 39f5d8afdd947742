"""Movements of members over the last months, and the ledger of dues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from app.fields.age import full_years, months_after, years_after
from app.registers.demo import names
from app.registers.demo.scene import MARK, Draft, Scene

REGISTERED_PLAN = (
    "transfer_in", "transfer_out", "admitted", "confirmed", "transfer_in", "deceased", "transfer_out", "floating_out",
    "transfer_in", "confirmed", "transfer_out", "lost_contact", "admitted", "transfer_in", "deceased", "confirmed",
)  # fmt: skip
"""What happens to one member after the other, in a street of that size; more members, the same again."""

MEMBERS_TO_A_MOVE = 16
WITHOUT_RECEIPT = (48, 11)
"""Two letters without their receipt, so many days old: one is overdue, one may still come."""

RECEIPT_DAYS = (7, 24)
ARREARS_EVERY = 60
"""One member in so many owes the last months; the running month is paid by two in three."""

NO_MOVES = ("secretary", "deputy_secretary", "organization", "publicity", "discipline", "group_head", "household_head")


def fill(scene: Scene) -> None:
    """Movements of all three rosters; what they make of a member is worked out as on every other save."""
    members = scene.rows("party_members")
    registered = [row for row in members if row.roster == "registered" and row.post not in NO_MOVES]
    scene.rng.shuffle(registered)
    drafts = list(_registered_moves(scene, registered))
    for roster, coming, going in (("reporting", "report_in", "report_end"), ("floating_in", "floating_in", "returned")):
        drafts += _visitors_moves(scene, [row for row in members if row.roster == roster], coming, going)
    # Every row that a session holds costs time at each of the many flushes of what follows.
    del members, registered
    scene.add("party_movements", drafts)


def _draft(member: Any, kind: str, on: date, **more: Any) -> Draft:
    return Draft(on, {
        "member": member.id, "kind": kind, "moved_on": on, "area": member.area_code, "note": MARK, **more,
    })  # fmt: skip


def _registered_moves(scene: Scene, pool: list[Any]) -> Iterator[Draft]:
    count = max(len(REGISTERED_PLAN) if len(pool) > 40 else 2, len(pool) // MEMBERS_TO_A_MOVE)
    unanswered = iter(WITHOUT_RECEIPT)
    for number in range(count):
        kind = REGISTERED_PLAN[number % len(REGISTERED_PLAN)]
        member = _fitting(scene, pool, kind)
        if member is None:
            continue
        if kind in ("transfer_in", "transfer_out"):
            yield _transfer(scene, member, kind, number, next(unanswered, None))
        elif kind == "admitted":
            on = scene.recent()
            member.kind, member.joined_on, member.confirmed_on = "probationary", on, None
            yield _draft(member, kind, on, paper=f"党工委〔{on.year}〕{scene.rng.randint(5, 40)}号")
        elif kind == "confirmed":
            on = scene.recent()
            member.kind, member.confirmed_on = "probationary", None
            member.joined_on = years_after(on, -1) - timedelta(days=scene.rng.randint(0, 12))
            yield _draft(member, kind, on, paper=f"党工委〔{on.year}〕{scene.rng.randint(5, 40)}号")
        else:
            where = "外省务工（虚构）" if kind == "floating_out" else None
            yield _draft(member, kind, scene.recent(), to_organization=where)


def _fitting(scene: Scene, pool: list[Any], kind: str) -> Any | None:
    """The next member to whom that may happen, taken out of the pool."""
    bounds = {"admitted": (20, 45), "confirmed": (21, 45), "deceased": (66, 120), "floating_out": (18, 55)}
    youngest, oldest = bounds.get(kind, (18, 120))
    for place, member in enumerate(pool):
        age = full_years(member.born_on, scene.today)
        fits = member.kind == "full" or kind in ("transfer_in", "transfer_out")
        # Who is registered as a resident too would have to change there as well.
        if fits and youngest <= age <= oldest and member.building_id is None:
            return pool.pop(place)
    return None


def _transfer(scene: Scene, member: Any, kind: str, number: int, days_without: int | None) -> Draft:
    # A transfer counts on the day the branch took the member in; probation had begun elsewhere by then.
    on = scene.recent(but_not_last=RECEIPT_DAYS[1] + 1)
    received: date | None = on + timedelta(days=scene.rng.randint(*RECEIPT_DAYS))
    if days_without is not None:
        on, received = scene.today - timedelta(days=days_without), None
    elsewhere = names.former_organizations(scene.rng)
    here = "from_organization" if kind == "transfer_in" else "to_organization"
    return _draft(
        member, kind, on, sent_on=on, received_on=received, letter_number=f"介字第{on:%Y%m}{number + 1:03d}号",
        **{here: elsewhere},
    )  # fmt: skip


def _visitors_moves(scene: Scene, pool: Sequence[Any], coming: str, going: str) -> Iterator[Draft]:
    """A fifth came within the last months, a few left again."""
    for number, member in enumerate(pool):
        if number % 5 == 1:
            yield _draft(member, coming, scene.recent())
        elif number % 11 == 3:
            yield _draft(member, going, scene.recent())


# ---- dues


def fill_dues(scene: Scene) -> None:
    """The last months of every member of the branches that keep the ledger; a few owe."""
    branches = _branches_with_ledger(scene)
    members = [
        row for row in scene.rows("party_members")
        if row.roster == "registered" and row.organization_id in branches and row.left_on is None
        and row.state in (None, "in_book")
    ]  # fmt: skip
    this_month = scene.today.replace(day=1)
    months = [months_after(this_month, -back) for back in reversed(range(scene.sizes.dues_months))]
    drafts = []
    for number, member in enumerate(members):
        owes = number % ARREARS_EVERY == 7
        first = max(member.entered_on or months[0], months[0]).replace(day=1)
        drafts += [_line(scene, member, month, owes=owes) for month in months if month >= first]
    scene.add("party_dues", drafts)


def _branches_with_ledger(scene: Scene) -> set[int]:
    found: set[int] = set()
    count: dict[int | None, int] = {}
    for row in scene.rows("party_organizations"):
        if row.kind in ("branch", "joint_branch"):
            count[row.parent_id] = count.get(row.parent_id, 0) + 1
            if count[row.parent_id] <= scene.sizes.dues_branches:
                found.add(row.id)
    return found


def _line(scene: Scene, member: Any, month: date, *, owes: bool) -> Draft:
    is_running = month == scene.today.replace(day=1)
    last = min(months_after(month, 1) - timedelta(days=1), scene.today)
    is_paid = scene.chance(0.66) if is_running else not (owes and month >= months_after(scene.today.replace(day=1), -2))
    is_paid = is_paid and not (owes and is_running)
    values = {
        "member": member.id, "month": month, "is_due": True, "is_paid": is_paid, "area": member.area_code,
        "paid_on": scene.between(month, last) if is_paid else None,
        "reason": "外出，已提醒" if owes else None,
    }  # fmt: skip
    return Draft(month, values)
