"""The description is valid OpenAPI, says of every REST route what it does, and tells the truth about rows."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from app.lowcode.api_guide import operations
from app.lowcode.openapi import description
from app.lowcode.register import registers
from app.lowcode.views import RegisterConverter
from app.security.actor import SYSTEM, acting_as
from tests.architecture.test_house import ROUTES_OF_FAB
from tests.registers.values import ValueMaker
from tests.security.walking import token_of
from tests.world import GRID, PASSWORD, STREET, TODAY, add_user, build_areas, signed_in_client

ALSO = ("/healthz", "/readyz")
PAGE_LIMIT = 60 * 1024


def shape(path: str) -> str:
    """A path with its arguments unnamed."""
    return re.sub(r"[<{][^>}]*[>}]", "{}", path)


def routed(app: Flask) -> set[tuple[str, str]]:
    """(path, method) of every REST route, those of registers once for each register (flows once for all)."""
    found = set()
    for rule in app.url_map.iter_rules():
        is_ours = rule.rule in ALSO or (rule.rule.startswith("/api/v1/") and rule.endpoint not in ROUTES_OF_FAB)
        if not is_ours:
            continue
        is_of_registers = any(isinstance(each, RegisterConverter) for each in rule._converters.values())
        names = [reg.name for reg in registers()] if is_of_registers and "/case" not in rule.rule else [""]
        for name in names:
            path = re.sub(r"<register:[^>]*>", name, rule.rule) if name else rule.rule
            found |= {(shape(path), method.lower()) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return found


def test_it_is_valid_openapi(sqlite_context: Any) -> None:
    of = description()
    faults = list(OpenAPIV30SpecValidator(of).iter_errors())
    assert [f"{list(fault.absolute_path)}: {fault.message[:200]}" for fault in faults] == []
    ids = [operation["operationId"] for _path, _method, operation, _parameters in operations(of)]
    assert len(ids) == len(set(ids))
    assert json.loads(json.dumps(of)) == of


def test_every_rest_route_is_described_and_nothing_else(sqlite_app: Flask, sqlite_context: Any) -> None:
    described = {(shape(path), method) for path, method, _operation, _parameters in operations(description())}
    there = routed(sqlite_app)
    assert len(there) > 5 * len(registers())
    assert there - described == set(), "Describe it: app.lowcode.openapi.describe(path, operations)"
    assert described - there == set()


def test_every_operation_says_what_it_answers(sqlite_context: Any) -> None:
    for path, method, operation, parameters in operations(description()):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert any(status.startswith("2") for status in operation["responses"]), where
        if operation.get("security") != []:
            assert "401" in operation["responses"], where
        named = {each["name"] for each in parameters if each["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), where


@pytest.fixture
def planted(sqlite_app: Flask) -> dict[str, int]:
    """A row of every register that can be made from its columns alone."""
    with sqlite_app.app_context():
        build_areas()
        add_user("office", "street_office", STREET)
        maker = ValueMaker(SYSTEM, area=GRID, today=TODAY)
        with acting_as(SYSTEM):
            return {reg.name: maker.row(reg).id for reg in registers()}


def test_rows_are_as_described(sqlite_app: Flask, planted: dict[str, int]) -> None:
    client = sqlite_app.test_client()
    headers = {"Authorization": f"Bearer {token_of(client, 'office', PASSWORD)}"}
    of = client.get("/api/v1/openapi.json").get_json()
    seen = 0
    for name, id_ in planted.items():
        answer = client.get(f"/api/v1/{name}/{id_}", headers=headers)
        if answer.status_code != 200:
            assert answer.status_code in (403, 404), name
            continue
        seen += 1
        faults = OAS30Validator(of["components"]["schemas"][f"{name}_row"]).iter_errors(answer.get_json()["result"])
        assert [f"{name}.{list(fault.absolute_path)}: {fault.message[:120]}" for fault in faults] == []
    assert seen > len(planted) // 2


def test_the_guide_shows_every_group_within_the_limit_of_a_page(sqlite_app: Flask, planted: dict[str, int]) -> None:
    client = signed_in_client(sqlite_app, "office")
    assert "事件台账" in client.get("/api_guide/").get_data(as_text=True)
    with sqlite_app.app_context():
        of = description()
    tags = {tag for _path, _method, operation, _parameters in operations(of) for tag in operation["tags"]}
    for tag in sorted(tags):
        page = client.get(f"/api_guide/{tag}")
        assert page.status_code == 200, tag
        assert len(page.data) < PAGE_LIMIT, (tag, len(page.data))
    shown = client.get("/api_guide/接入渠道").get_data(as_text=True)
    for words in ("Idempotency-Key", "POST /api/v1/intake/events", "渠道的令牌，只能送事件", "409"):
        assert words in shown
    assert client.get("/api_guide/没有这组").status_code == 404
