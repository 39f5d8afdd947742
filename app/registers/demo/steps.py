"""The steps of a demonstration that fill the registers, in the order in which rows point to one another."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask_appbuilder import AppBuilder

from app.registers.demo import (
    answerable,
    committees,
    estates,
    grid_people,
    party_moves,
    party_people,
    party_tree,
    residents,
    targets,
    units,
)
from app.registers.demo.scene import DemoContext, Scene, Step, register_demo

_FILLERS: tuple[tuple[str, int, Callable[[Scene], None]], ...] = (
    ("estates", 100, estates.fill_estates),
    ("party_tree", 105, party_tree.fill),
    ("buildings", 110, estates.fill_buildings),
    ("residents", 115, residents.fill),
    ("party_members", 120, party_people.fill),
    ("party_movements", 125, party_moves.fill),
    ("party_dues", 130, party_moves.fill_dues),
    ("grid_workers", 140, grid_people.fill_workers),
    ("building_heads", 145, grid_people.fill_building_heads),
    ("owners_committees", 150, committees.fill),
    ("units", 155, units.fill),
    ("service_targets", 160, targets.fill),
    ("answerable", 190, answerable.fill),
)


def _run(fill: Callable[[Scene], None]) -> Callable[[DemoContext], None]:
    return lambda context: fill(Scene(context))


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Make the steps known; there are no pages."""
    for name, order, fill in _FILLERS:
        register_demo(Step(name, order, _run(fill)))
