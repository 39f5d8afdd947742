"""A real server killed with SIGKILL while channels send: with retries nothing is lost and nothing is doubled."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.events.channels import service
from app.events.models import Event
from app.extensions import db
from app.numbering.queries import faults
from app.security import audit
from app.security.actor import SYSTEM, acting_as
from tests.events.world import build
from tests.world import HOME

ROOT = Path(__file__).resolve().parents[3]
SENDERS, EACH, KILLS = 4, 30, 4


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sender(threading.Thread):
    """Sends its events one by one under a key each, and each again until it has an answer (and once more then)."""

    def __init__(self, port: int, token: str, number: int) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.number = port, token, number
        self.receipts: dict[str, Any] = {}
        self.complaints: list[str] = []

    def run(self) -> None:
        for count in range(EACH):
            key, body = f"{self.number}-{count}", {"name": f"第{self.number}-{count}件", "location": f"{self.number}幢"}
            first = self._until_answered(key, body)
            again = self._until_answered(key, body)
            if first != again:
                self.complaints.append(f"{key}: {first} then {again}")
            self.receipts[key] = first

    def _until_answered(self, key: str, body: Any) -> Any:
        until = time.monotonic() + 240
        while time.monotonic() < until:
            try:
                status, answer = self._once(key, body)
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            if status == 201:
                return answer
            if status < 500:
                self.complaints.append(f"{key}: {status} {answer}")
                return answer
        self.complaints.append(f"{key}: no answer")
        return None

    def _once(self, key: str, body: Any) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key, "Content-Type": "application/json"}
        try:
            connection.request("POST", "/api/v1/intake/events", json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


def _serve(app: Flask, port: int) -> subprocess.Popen[bytes]:
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    environment = {
        **os.environ, "DATA_DIR": str(app.config["DATA_DIR"]), "KEY_DIR": str(app.config["KEY_DIR"]),
        "DATABASE_URL": "" if uri.startswith("sqlite") else uri, "TODAY": "2026-11-22", "PORT": str(port),
        "WORKER_IN_SERVER": "0",
    }  # fmt: skip
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "run.py"], cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)


def test_nothing_is_lost_and_nothing_doubled(app: Flask, context: Any) -> None:
    build()
    with acting_as(SYSTEM):
        _row, token = service.open_channel("市热线", source="hotline", handling="own", area_code=HOME)
    db.session.remove()
    port, chance = _port(), random.Random(7)
    server = _serve(app, port)
    senders = [Sender(port, token, number) for number in range(SENDERS)]
    try:
        for sender in senders:
            sender.start()
        for round_ in range(KILLS):
            _wait_for(senders, (round_ + 1) * SENDERS * EACH // (KILLS + 1))
            time.sleep(chance.random() * 0.2)
            server.kill()
            server.wait()
            server = _serve(app, port)
        for sender in senders:
            sender.join(timeout=240)
    finally:
        server.kill()
        server.wait()
    assert [text for sender in senders for text in sender.complaints] == []
    receipts = {key: receipt for sender in senders for key, receipt in sender.receipts.items()}
    with acting_as(SYSTEM):
        rows = db.session.execute(select(Event).order_by(Event.id)).scalars().all()
        assert sorted(row.name for row in rows) == sorted(f"第{key}件" for key in receipts)
        assert len(rows) == SENDERS * EACH
        assert {row.uid for row in rows} == {receipt["uid"] for receipt in receipts.values()}
        assert len({row.number for row in rows}) == len(rows)
        assert faults() == []
        assert audit.verify() == []


def _wait_for(senders: list[Sender], count: int) -> None:
    until = time.monotonic() + 180
    while sum(len(sender.receipts) for sender in senders) < count:
        assert time.monotonic() < until, "the senders did not get there in time"
        time.sleep(0.02)
