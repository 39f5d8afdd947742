"""What the rosters add to other rooms: to-dos, boxes beside records, gaps in grids, and rows that follow a building."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import Flask
from flask_appbuilder import AppBuilder
from sqlalchemy import select

from app.areas.movers import Gap, Mover, register_gap, register_mover
from app.areas.reorganising import Moves
from app.clock import today
from app.extensions import db
from app.fields.sentence import Sentence
from app.registers import (
    leaving,  # noqa: F401 (registers the job that closes accounts)
    moving_buildings,
)
from app.registers.buildings import Building
from app.registers.following import pull_followers
from app.registers.grid_workers import GridWorker
from app.registers.panels import install_panels
from app.registers.party_dues import papers as dues_papers
from app.registers.party_organizations import papers as organization_papers
from app.registers.queries import grids_with_several_heads, grids_without
from app.registers.residents import papers as resident_papers
from app.registers.todos import install_sources


def _nothing(_codes: Collection[str]) -> Mapping[str, int]:
    # Their own movers have counted these rows already.
    return {}


def _follow(moves: Moves) -> int:
    """Homes, households and people of buildings that were dealt out by themselves go where their building went."""
    if moves.by_item:
        wanted = select(Building.id, Building.area_code).where(Building.uid.in_(list(moves.by_item)))
        pull_followers("buildings", [(id_, code) for id_, code in db.session.execute(wanted)])
    return 0


def install(_app: Flask, _appbuilder: AppBuilder) -> None:
    """Register everything by name; a second application changes nothing. Must stand behind app.lowcode.views."""
    install_sources()
    install_panels()
    moving_buildings.install()
    for papers in (dues_papers, organization_papers, resident_papers):
        papers.install()
    register_mover(Mover("followers", lambda: "楼栋里的房屋和住户", "条", _nothing, _follow))
    register_gap(
        Gap(
            "grids_without_head", Sentence("没有网格长的网格"), Sentence("每个网格都有网格长。"),
            lambda code, limit: grids_without(code, GridWorker.post == "head", today(), limit=limit),
        )
    )  # fmt: skip
    register_gap(
        Gap(
            "grids_with_several_heads", Sentence("有几名网格长的网格"), Sentence("没有网格登记了几名网格长。"),
            lambda code, limit: grids_with_several_heads(code, today(), limit=limit),
        )
    )  # fmt: skip
