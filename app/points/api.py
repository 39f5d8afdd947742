"""REST of the ledger: reading a worker's entries, recording one, taking one back.

GET  /api/v1/points_entries/?worker=12&month=2026-10   a worker's entries of a month with their sum
GET  /api/v1/points_entries/<id>                       one entry
POST /api/v1/points_entries/                           record; the same request twice is one entry (201, then 200)
POST /api/v1/points_entries/<id>/reverse               take it back by a counter-entry
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask import Flask, jsonify, request
from flask_appbuilder import AppBuilder
from flask_appbuilder.api import BaseApi, expose

from app.clock import today
from app.fields.refusal import Refused
from app.fields.types import Date, Number
from app.files.kinds import FileRefused
from app.lowcode import queries as rows
from app.lowcode.api import authenticated
from app.lowcode.openapi import ID, NUMBER, TEXT, answers, asked, describe, list_of, sent, thing
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.periods.queries import MonthIsClosed
from app.periods.rules import Period, PeriodIsWrong, parse
from app.points import queries, recording, rules, service
from app.points.recording import Asked
from app.points.rules import AlreadyRecorded, Matter, PointsRefused
from app.points.service import EvidenceFile
from app.security.actor import NotPermitted, current_actor

RESOURCE, WORKERS = "points_entries", "grid_workers"
KNOWN = frozenset({"worker", "rule", "on", "matter", "record", "measured", "note", "evidence", "again"})


class WrongRequest(ValueError):
    """What was sent cannot be read: sentences by key."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = dict(errors)


class PointsApi(BaseApi):  # type: ignore[misc]
    """Entries of the ledger for programs."""

    route_base = "/api/v1/points_entries"

    @expose("/", methods=["GET"])
    @authenticated("read", RESOURCE)
    def get_list(self) -> Any:
        """A worker's entries of a month."""
        worker = _worker(request.args.get("worker", ""))
        try:
            month = parse(request.args.get("month") or Period.of("month", today()).key)
        except PeriodIsWrong as wrong:
            return jsonify({"message": {"month": str(wrong)}}), 422
        if worker is None:
            return jsonify({"message": {"worker": "请写明是哪名网格员（网格员名册里的编号）。"}}), 422
        lines = queries.lines_of(worker.uid, month.first, month.last)
        total = sum((line.points for line in lines), rules.ZERO)
        result = [as_json(line, worker) for line in lines]
        return jsonify({"count": len(lines), "points": str(total), "period": month.key, "result": result})

    @expose("/<int:entry_id>", methods=["GET"])
    @authenticated("read", RESOURCE)
    def get(self, entry_id: int) -> Any:
        """One entry."""
        found = queries.entry(entry_id)
        if found is None:
            return _not_found()
        return jsonify({"id": found.id, "result": as_json(queries.line_of(found), queries.worker_of(found))})

    @expose("/", methods=["POST"])
    @authenticated("write", RESOURCE)
    def post(self) -> Any:
        """Record points for one matter."""

        def record() -> Any:
            made = recording.record(_asked(request.get_json(silent=True)), by=current_actor(), today=today())
            result = as_json(queries.line_of(made.entry), queries.worker_of(made.entry))
            answer = {"id": made.entry.id, "is_new": made.is_new, "capped": made.sentence, "result": result}
            return jsonify(answer), 201 if made.is_new else 200

        return _answer(record)

    @expose("/<int:entry_id>/reverse", methods=["POST"])
    @authenticated("write", RESOURCE)
    def reverse(self, entry_id: int) -> Any:
        """Take an entry back."""
        found = queries.entry(entry_id)
        if found is None:
            return _not_found()
        body = request.get_json(silent=True)
        reason = str(body.get("reason", "")) if isinstance(body, dict) else ""

        def take_back() -> Any:
            counter = service.reverse(found, reason=reason, by=current_actor(), today=today())
            result = as_json(queries.line_of(counter), queries.worker_of(counter))
            return jsonify({"id": counter.id, "result": result}), 201

        return _answer(take_back)


def _answer(act: Callable[[], Any]) -> Any:
    """What `act` answers, or why it was refused, in words."""
    try:
        return act()
    except WrongRequest as wrong:
        return jsonify({"message": wrong.errors}), 422
    except NotPermitted as refused:
        return jsonify({"message": {"": str(refused)}}), 403
    except AlreadyRecorded as refused:
        return jsonify({"message": {"": str(refused)}, "id": refused.entry_id}), 409
    except FileRefused as refused:
        return jsonify({"message": {"evidence": str(refused)}}), 422
    except (PointsRefused, MonthIsClosed) as refused:
        return jsonify({"message": {"": str(refused)}}), 422


def _not_found() -> Any:
    return jsonify({"message": "没有这条积分记录，或不在您负责的范围内。"}), 404


def as_json(line: queries.Line, worker: Any) -> dict[str, Any]:
    """An entry as the API gives it: points as text, so that no client rounds them."""
    return {
        "id": line.id, "uid": line.uid, "number": line.seq, "on": line.on.isoformat(), "area": line.area_code,
        "worker": {"id": worker.id, "name": worker.name}, "rule": {"code": line.rule_code, "name": line.rule_name},
        "points": str(line.points), "balance": None if line.balance is None else str(line.balance),
        "matter": {"register": line.matter_kind, "uid": line.matter_uid, "title": line.matter}, "note": line.note,
        "state": line.state, "recorded_by": line.recorded_by, "evidence_count": line.evidence_count,
        "reverses": line.reverses_id,
    }  # fmt: skip


def _worker(text: object) -> Any | None:
    id_ = sent_id(str(text))
    worker = rows.get(register(WORKERS), id_) if id_ else None
    return worker if worker is not None and current_actor().covers(RESOURCE, "read", worker.area_code) else None


def _asked(body: object) -> Asked:
    """The request as values. Raises WrongRequest naming every key that is wrong, PointsRefused for a record."""
    if not isinstance(body, dict):
        raise WrongRequest({"": "请求体应是一个 JSON 对象。"})
    errors = dict.fromkeys(sorted(set(body) - KNOWN), "没有这一项。")
    worker = _worker(body.get("worker", ""))
    if worker is None:
        errors["worker"] = "没有这名网格员，或不在您负责的范围内。请写网格员名册里的编号。"
    rule = str(body.get("rule") or "").strip()
    if not rule:
        errors["rule"] = "请写规则的编号，例如 B01。"
    on = _read(Date(), body, "on", errors)
    if on is None:
        errors.setdefault("on", "请写事情发生的日期。")
    measured: Decimal | None = _read(Number(6, 1), body, "measured", errors)
    evidence = _files(body.get("evidence") or [], errors)
    words, named = str(body.get("matter") or "").strip(), body.get("record")
    if bool(words) == bool(named):
        errors["matter"] = "请写明是什么事：用 matter 写一句话，或用 record 指一条记录，只用一种。"
    if errors or on is None:
        raise WrongRequest(errors)
    matter = _record(named) if named else Matter.in_words(words, on=on)
    return Asked(
        worker=worker, rule=rule, on=on, matter=matter, measured=measured, note=str(body.get("note") or ""),
        evidence=evidence, is_again=body.get("again") is True,
    )  # fmt: skip


def _read(type_: Any, body: Mapping[str, Any], name: str, errors: dict[str, str]) -> Any:
    value = body.get(name)
    if value is None or value == "":
        return None
    try:
        return type_.parse(str(value))
    except Refused as refused:
        errors[name] = refused.message
        return None


def _record(named: object) -> Matter:
    known = named if isinstance(named, dict) else {}
    id_ = sent_id(str(known.get("id", "")))
    if not id_:
        raise WrongRequest({"record": '请写成 {"register": "events", "id": 12} 的样子。'})
    return recording.matter_of_record(str(known.get("register", "")), id_)


def _files(sent: object, errors: dict[str, str]) -> list[EvidenceFile]:
    found = []
    for each in sent if isinstance(sent, list) else [None]:
        try:
            found.append(EvidenceFile(str(each["name"]), base64.b64decode(each["content"], validate=True)))  # type: ignore[index]
        except (TypeError, KeyError, ValueError, binascii.Error):
            errors["evidence"] = "佐证文件要写文件名（name）和 base64 内容（content）。"
    return found


def _describe() -> None:
    """The addresses above, for programs that read descriptions."""
    file = thing({"name": TEXT, "content": {"type": "string", "format": "byte"}})
    body = thing({
        "worker": NUMBER | {"title": "网格员编号"}, "rule": TEXT | {"title": "规则编号"},
        "on": {"type": "string", "format": "date", "title": "哪一天"}, "matter": TEXT | {"title": "什么事，一句话"},
        "record": thing({"register": TEXT, "id": NUMBER}) | {"title": "或是哪条记录"},
        "measured": TEXT | {"title": "数量或百分比"}, "note": TEXT | {"title": "备注"},
        "evidence": list_of(file) | {"title": "佐证文件"}, "again": {"type": "boolean", "title": "冲正过的事再记一次"},
    }, required=("worker", "rule", "on"))  # fmt: skip
    tag: dict[str, Any] = {"tags": ["积分台账"]}
    one = thing({"id": NUMBER, "result": {"type": "object"}})
    made = {"200": {"description": "记过了，还是那一条"}, **answers(401, 403, 409, 422, good=201, content=one)}
    month = [asked("worker", NUMBER, "网格员编号"), asked("month", TEXT, "哪个月，如 2026-10")]
    many = thing({"count": NUMBER, "points": TEXT, "period": TEXT, "result": list_of({"type": "object"})})
    describe("/api/v1/points_entries/", {
        "get": {**tag, "operationId": "points_list", "summary": "一名网格员一个月的积分", "parameters": month,
                "responses": answers(401, 403, 422, content=many)},
        "post": {**tag, "operationId": "points_record", "summary": "记一次积分；同样的请求只记一条", "requestBody": sent(body),
                 "responses": made},
    })  # fmt: skip
    describe("/api/v1/points_entries/{id}", {"parameters": [ID], "get": {
        **tag, "operationId": "points_get", "summary": "读取一条积分", "responses": answers(401, 403, 404, content=one),
    }})  # fmt: skip
    reason = thing({"reason": TEXT | {"title": "为什么"}}, required=("reason",))
    describe("/api/v1/points_entries/{id}/reverse", {"parameters": [ID], "post": {
        **tag, "operationId": "points_reverse", "summary": "冲正一条积分", "requestBody": sent(reason),
        "responses": answers(401, 403, 404, 409, 422, good=201, content=one),
    }})  # fmt: skip


def install(app: Flask, appbuilder: AppBuilder) -> None:
    """The routes and their description; a token is its own proof against forgery."""
    app.extensions["csrf"].exempt(appbuilder.add_api(PointsApi).blueprint)
    _describe()
