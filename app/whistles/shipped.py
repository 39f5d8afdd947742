"""What `init` brings for whistles: both flows, and the kinds where there are none."""

from __future__ import annotations

from sqlalchemy import select

from app.clock import today
from app.extensions import db
from app.lowcode.flow.versions import attach_shipped
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.service import register_on_init
from app.security.actor import SYSTEM
from app.settings.profile import Profile
from app.whistles.models import CALLS, KINDS, WHISTLES, WhistleKind

FLOWS = {WHISTLES: "whistle_five_steps", CALLS: "whistle_call"}
SHIPPED_KINDS = (
    ("集结哨", "1小时", "3工作日", "10工作日", "要几个部门一起到现场的综合执法"),
    ("民生哨", "1小时", "3工作日", "10工作日", "群众反映强烈、街道解决不了的民生事"),
    ("紧急哨", "30分钟", "30分钟", "24小时", "应急处置，马上到场"),
    ("推进哨", "1小时", "3工作日", "10工作日", "工作推不动，要部门来推一把"),
    ("攻坚哨", "1小时", "5工作日", "20工作日", "久拖不决的难事"),
)
"""红桥 and 西峰 name the first three, 南京鼓楼 the last two with its clocks: 签收1小时, 报到3 or 5工作日."""


def load(of: Profile) -> None:
    """Flows where they are not there yet, kinds where there are none; what the office made stays."""
    for name, key in FLOWS.items():
        attach_shipped(name, key)
    if db.session.execute(select(WhistleKind.id).limit(1)).first() is None:
        for name, sign, arrive, finish, note in SHIPPED_KINDS:
            raw = {
                "name": name, "area": of.top_code, "sign_within": sign, "arrive_within": arrive, "finish_within": finish,
                "note": note,
            }  # fmt: skip
            save(register(KINDS), None, raw, by=SYSTEM, today=today())


def install() -> None:
    """Make the step known."""
    register_on_init("whistles", load)
