"""Which flows there are here, in which version, and which register runs on which."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import database_name, db
from app.lowcode.flow.checking import faults
from app.lowcode.flow.evidence import with_evidence
from app.lowcode.flow.models import FlowVersion
from app.lowcode.flow.reading import FlowRefused, read_flow
from app.lowcode.flow.rules import Flow
from app.lowcode.flow.shipped import read_shipped
from app.lowcode.flow.writing import flow_data
from app.lowcode.register import Register, registers
from app.security.actor import SYSTEM, acting_as, current_actor
from app.security.roles import ROLES
from app.settings.profile import Profile
from app.settings.queries import profile, setting
from app.settings.service import save_setting

ATTACHED = "flows"
"""Setting: register → key of its flow."""
CHOICES = "flow_choices"
"""Setting: register → where its rows run on another flow (`choices`)."""
NEWEST = "flow_versions"
"""Setting: key → number of its newest version, so that pages need not ask the table."""


def flow_of(reg: Register, row: Any = None) -> tuple[Flow, int] | None:
    """The newest version of the flow a register (this row of it) runs on, with its number; None where it runs on none."""
    key = _chosen(reg, row) or setting(ATTACHED, {}).get(reg.name)
    return newest(key) if key else None


def flows_of(reg: Register) -> tuple[Flow, ...]:
    """Every flow that rows of a register may begin on today, the usual one first."""
    keys = [setting(ATTACHED, {}).get(reg.name), *(each["flow"] for each in choices(reg.name))]
    found = (newest(key) for key in dict.fromkeys(keys) if key)
    return tuple(each[0] for each in found if each is not None)


def choices(register_name: str) -> list[dict[str, str]]:
    """Where rows of a register run on another flow than the usual one: area, column, value ('' for any), flow."""
    return list(setting(CHOICES, {}).get(register_name, ()))


def _chosen(reg: Register, row: Any) -> str:
    """The flow of the closest choice: one for rows of a kind before one for all, then the smaller area."""
    if row is None:
        return ""
    fitting = [
        each for each in choices(reg.name)
        if row.area_code.startswith(each["area"])
        and (not each["column"] or getattr(row, each["column"], None) == each["value"])
    ]  # fmt: skip
    return max(fitting, key=lambda each: (bool(each["column"]), len(each["area"])))["flow"] if fitting else ""


def choose_flow(register_name: str, key: str, *, area: str = "", column: str = "", value: str = "") -> None:
    """Let rows of an area, or those with a value in a column, begin on a flow; '' takes the choice back.

    Cases that run keep theirs. Raises FlowRefused where the flow is not there or for another register.
    """
    found = newest(key) if key else None
    if key and (found is None or found[0].register != register_name):
        raise FlowRefused(f"没有给这本名册的流程“{key[:40]}”。")
    place = {"area": area, "column": column, "value": value}
    kept = [each for each in choices(register_name) if {**each, "flow": ""} != {**place, "flow": ""}]
    if key:
        kept.append({**place, "flow": key})
    with writing():
        save_setting(CHOICES, {**setting(CHOICES, {}), register_name: kept}, area_code=profile().top_code)


def attached() -> tuple[Register, ...]:
    """Registers that run on a flow, in menu order."""
    names = setting(ATTACHED, {})
    return tuple(reg for reg in registers() if reg.name in names)


def uses() -> dict[str, str]:
    """Flow key → register that runs on it."""
    known = {reg.name for reg in registers()}
    chosen = {each["flow"]: name for name in known for each in choices(name)}
    return chosen | {key: name for name, key in setting(ATTACHED, {}).items() if name in known}


def newest(key: str) -> tuple[Flow, int] | None:
    """The newest version of a flow with its number; None where there is no such flow."""
    number = _newest(key)
    return (version(key, number), number) if number else None


def newest_rows() -> list[FlowVersion]:
    """Rows of the newest versions, by name."""
    numbers = setting(NEWEST, {})
    found = db.session.execute(select(FlowVersion).order_by(FlowVersion.key)).scalars()
    return [row for row in found if numbers.get(row.key) == row.number]


def version(key: str, number: int) -> Flow:
    """One version; it never changes. Raises KeyError."""
    return _version(database_name(), key, number)


def versions_for(reg: Register) -> tuple[Flow, ...]:
    """Every version of a flow made for a register, on which a case of it may still run."""
    return tuple(flow for flow in _all_versions() if flow.register == reg.name)


def _all_versions() -> tuple[Flow, ...]:
    numbers = setting(NEWEST, {})
    return tuple(version(key, number) for key, last in numbers.items() for number in range(1, int(last) + 1))


@lru_cache(maxsize=256)
def _version(database: str, key: str, number: int) -> Flow:  # noqa: ARG001
    with acting_as(SYSTEM):
        found = select(FlowVersion.content).where(FlowVersion.key == key, FlowVersion.number == number)
        content = db.session.execute(found).scalar()
    if content is None:
        raise KeyError(key)
    return read_flow(content, source=f"流程 {key} 第 {number} 版")


def _newest(key: str) -> int:
    return int(setting(NEWEST, {}).get(key, 0))


def columns_of(register_name: str) -> dict[str, str] | None:
    """Columns a flow for this register may write → keys of their types; None where the register is not here."""
    reg = next((reg for reg in registers() if reg.name == register_name), None)
    return (
        {column.name: column.type.key for column in reg.declared_columns if column.is_editable}
        if reg is not None
        else None
    )


def add_version(flow: Flow) -> int:
    """Keep a flow as the next version of its key; cases that run keep theirs. The number.

    Raises FlowRefused naming every fault; the wall asks for settings/write.
    """
    found = faults(flow, roles=ROLES, columns=columns_of(flow.register))
    if found:
        raise FlowRefused("".join(str(finding.text) for finding in found))
    with writing() as session:
        number = _newest(flow.key) + 1
        if number > 1 and version(flow.key, number - 1) == flow:
            return number - 1
        session.add(
            FlowVersion(
                key=flow.key, number=number, area_code=profile().top_code, name=flow.name, content=flow_data(flow),
                made_at=utc_now(), made_by_name=current_actor().name,
            )
        )  # fmt: skip
        session.flush()
        save_setting(NEWEST, {**setting(NEWEST, {}), flow.key: number}, area_code=profile().top_code)
    return number


def attach_flow(flow: Flow) -> None:
    """Let the register a flow is for run on it. Raises FlowRefused where that register is not here."""
    if columns_of(flow.register) is None:
        raise FlowRefused(f"流程“{flow.name}”是给“{flow.register}”的，这里没有这本名册。")
    with writing():
        save_setting(ATTACHED, {**setting(ATTACHED, {}), flow.register: flow.key}, area_code=profile().top_code)


def load_flows(of: Profile) -> None:
    """Bring the flows a profile names, and attach those whose register is here and has none yet."""
    for key in of.flows:
        attach_shipped(read_shipped(key).register, key)


def attach_shipped(register_name: str, key: str) -> None:
    """Let a register that runs on no flow yet run on a shipped one; what the office chose stays."""
    bring(key)
    if register_name not in setting(ATTACHED, {}) and columns_of(register_name) is not None:
        attach_flow(shipped_here(key))


def bring(key: str) -> None:
    """A shipped flow as it is here: as first version, or as the next one where what is shipped has changed since.

    A flow the office made a version of stays as the office left it; cases that run keep theirs in any case.
    """
    known = newest(key)
    if known is None or (known[0] != shipped_here(key) and not _is_offices(key)):
        add_version(shipped_here(key))


def shipped_here(key: str) -> Flow:
    """A shipped flow with the photos and places this district's profile asks for. Raises FlowRefused."""
    return with_evidence(read_shipped(key), profile().needed_evidence)


def _is_offices(key: str) -> bool:
    made = select(FlowVersion.id).where(FlowVersion.key == key, FlowVersion.made_by_name != SYSTEM.name)
    return db.session.execute(made.limit(1)).first() is not None
