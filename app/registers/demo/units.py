"""Units of an invented district: sections and departments of the street, partners of the communities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app.areas.queries import AreaRow
from app.fields.age import months_after, years_after
from app.registers.demo import names
from app.registers.demo.scene import MARK, Draft, Scene

OF_THE_STREET: tuple[tuple[str, str, str, str], ...] = (
    ("党政综合办公室", "street_office", "general", ""), ("党建工作办公室", "street_office", "party", ""),
    ("平安法治办公室", "street_office", "peace", ""), ("社会事务办公室", "street_office", "civil", ""),
    ("城市建设管理办公室", "street_office", "city", ""), ("应急管理办公室", "street_office", "safety", ""),
    ("综合行政执法队", "department", "city", "11"), ("市场监督管理所", "department", "market", "11"),
    ("派出所", "police", "peace", "11"), ("司法所", "department", "justice", "11"),
    ("退役军人服务站", "department", "veterans", "12"), ("社区卫生服务中心", "hospital", "health", "12"),
    ("便民服务中心", "department", "hall", "12"),
)  # fmt: skip
"""Name after the street's, kind, line, and how a credit code of such a body begins ("" for one without its own)."""

PARTNERS: tuple[tuple[str, str, str, str], ...] = (
    ("小学", "school", "12", "支部"), ("商业银行支行", "finance", "91", "支部"),
    ("超市有限公司", "company", "91", "支部"),
    ("社会工作服务中心", "social", "52", "功能型支部"), ("口腔门诊部", "hospital", "91", ""),
    ("供电营业站", "state_company", "91", "支部"), ("律师事务所", "company", "91", "联合支部"),
    ("幼儿园", "school", "52", ""),
)  # fmt: skip


def fill(scene: Scene) -> None:
    """Both kinds."""
    drafts = [draft for street in scene.streets for draft in _of_street(scene, street)]
    for place, community in enumerate(scene.communities):
        drafts += _partners(scene, community, place)
    scene.add("units", drafts)


def _of_street(scene: Scene, street: AreaRow) -> Iterator[Draft]:
    for name, kind, line, code in OF_THE_STREET:
        head, contact = scene.person(youngest=35, oldest=58), scene.person(youngest=26, oldest=50)
        yield Draft(scene.first_entry, {
            "name": f"{street.name}{name}", "short_name": name, "kind": kind, "line": line, "area": street.code,
            "credit_code": names.credit_code(scene.rng, code) if code else None, "is_partner": False,
            "head": head.name, "contact": contact.name, "phone": contact.phone, "note": MARK,
        })  # fmt: skip


def _partners(scene: Scene, community: AreaRow, place: int) -> Iterator[Draft]:
    taken: set[str] = set()
    for number in range(scene.sizes.partners):
        ending, kind, code, party = PARTNERS[(place * 3 + number) % len(PARTNERS)]
        stem = scene.rng.choice([stem for stem in names.STEMS if stem not in taken])
        taken.add(stem)
        head, contact = scene.person(youngest=34, oldest=60), scene.person(youngest=25, oldest=52)
        joined = scene.recent() if (place + number) % 7 == 3 else scene.years_ago(3, 1)
        ends = years_after(joined, 3) if joined < months_after(scene.today, -24) else years_after(joined, 2)
        if ends <= scene.today:
            ends = scene.today + timedelta(days=scene.rng.randint(15, 90))
        yield Draft(scene.since(joined), {
            "name": f"{stem}{ending}", "short_name": f"{stem}{ending[:2]}", "kind": kind, "line": "party",
            "credit_code": names.credit_code(scene.rng, code), "area": community.code, "is_partner": True,
            "address": f"{community.name}（虚构地址）", "joined_on": joined, "agreement_ends_on": ends,
            "reporting_members": scene.rng.randint(2, 30),
            "party_organization": f"{stem}{ending}党{party}" if party else None,
            "head": head.name, "contact": contact.name, "phone": contact.phone, "note": MARK,
        })  # fmt: skip
