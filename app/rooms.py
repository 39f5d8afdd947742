"""The rooms in menu order: whose models are mapped, and whose `install()` puts pages into the application."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder

MODELS: tuple[str, ...] = (
    "app.settings.models",
    "app.areas.models",
    "app.security.models",
    "app.facts.models",
    "app.jobs.models",
    "app.periods.models",
    "app.files.models",
    "app.numbering.models",
    "app.notices.models",
    "app.lowcode.extra",
    "app.outbox.models",
    "app.lowcode.importing.models",
    "app.lowcode.flow.models",
    "app.points.books.models",
    "app.points.proposing.models",
    "app.points.erasing.models",
    "app.my_tasks.models",
    "app.report_center.models",
    "app.report_center.checking.models",
    "app.office_templates.models",
    "app.requested_tables.models",
    "app.contacts.models",
    "app.events.channels.models",
    "app.report_center.months.models",
)
"""Modules that map tables; imported before anything else, so that every start sees the same tables."""

REGISTERS: tuple[str, ...] = (
    "app.registers.party_organizations.models",
    "app.registers.party_members.models",
    "app.registers.party_movements.models",
    "app.registers.party_dues.models",
    "app.registers.grid_workers",
    "app.registers.community_workers",
    "app.registers.building_heads",
    "app.registers.residential_compounds",
    "app.registers.buildings",
    "app.registers.dwellings",
    "app.registers.property_companies",
    "app.registers.owners_committees.models",
    "app.registers.households",
    "app.registers.residents.models",
    "app.visits.models",
    "app.mediations.models",
    "app.proxy_services.models",
    "app.roster_checks.models",
    "app.registers.units",
    "app.events.models",
    "app.events.exclusions.models",
    "app.meetings.models",
    "app.meetings.council_members",
    "app.three_lists.models",
    "app.property_ratings.models",
    "app.property_ratings.rectifications",
    "app.joint_patrols.models",
    "app.letters.models",
    "app.whistles.models",
    "app.supervision.models",
    "app.duty.models",
    "app.approved_answers.models",
    "app.points.models",
    "app.points.steps.models",
    "app.points.years.models",
    "app.registers.service_targets.models",
)
"""Modules that declare a REGISTER, in menu order."""

LISTENERS = (
    "app.security.wall",
    "app.security.changes",
    "app.security.audit",
    "app.lowcode.search_index",
)
"""Modules that watch every session; each must be imported, or its watch silently does not happen."""

INSTALLERS: tuple[str, ...] = (
    "app.accounts.views",
    "app.area_tree.views",
    "app.lowcode.views",
    "app.settings_pages.views",
    "app.registers.views",
    "app.lowcode.importing.views",
    "app.lowcode.api",
    "app.lowcode.api_guide",
    "app.lowcode.flow.views",
    "app.files.views",
    "app.requested_tables.views",
    "app.points.views",
    "app.points.books.views",
    "app.points.checking.views",
    "app.points.proposing.views",
    "app.points.disputes.views",
    "app.points.ranking.views",
    "app.points.years.views",
    "app.points.api",
    "app.points.why.views",
    "app.points.erasing.views",
    "app.three_lists.views",
    "app.property_ratings.views",
    "app.outbox.views",
    "app.events.views",
    "app.events.channels.views",
    "app.events.exclusions.views",
    "app.visits.views",
    "app.roster_checks.views",
    "app.joint_patrols.views",
    "app.mediations.views",
    "app.proxy_services.views",
    "app.letters.views",
    "app.duty.views",
    "app.contacts.views",
    "app.approved_answers.views",
    "app.jobs.views",
    "app.notices.views",
    "app.my_tasks.views",
    "app.report_center.views",
    "app.report_center.indicator_views",
    "app.report_center.drafting",
    "app.office_templates.views",
    "app.report_center.months.views",
    "app.meetings.views",
    "app.whistles.views",
    "app.supervision.views",
    "app.home.views",
    "app.registers.demo.steps",
)  # fmt: skip
"""Modules with `install(app, appbuilder)`, in the order their pages stand in the menu."""


def import_models() -> None:
    """Map all tables and set the watches on sessions."""
    for name in (*MODELS, *REGISTERS, *LISTENERS):
        import_module(name)


def install_rooms(app: Flask, appbuilder: AppBuilder) -> None:
    """Put every room's pages, handlers and subscriptions into the application."""
    for name in INSTALLERS:
        module: Any = import_module(name)
        module.install(app, appbuilder)
