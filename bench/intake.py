"""Events sent in by channels: two servers on PostgreSQL, each event under its own key, one in ten sent twice."""

from __future__ import annotations

import http.client
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.events.channels import service
from app.events.models import Event
from app.extensions import db
from app.factory import create_app
from app.security.actor import SYSTEM, acting_as
from bench.postgres import cpu_of_postgres, cpu_of_process, postgres

ROOT = Path(__file__).resolve().parents[1]
SERVERS, SENDERS, EVENTS, WARM_UP = 2, 4, 1_200, 80
COMMUNITY = "990101001001"
CORES = 2


def run(asked: Any) -> None:  # noqa: ARG001
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="bench-intake-") as name, ExitStack() as open_:
        folder = Path(name)
        url = open_.enter_context(postgres())
        environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": url, "TODAY": "2026-11-22"}
        init = [sys.executable, "run.py", "init", "--profile", "demo"]
        subprocess.run(init, cwd=ROOT, env=environment, check=True, capture_output=True)
        token = _channel(environment)
        servers = [open_.enter_context(_server(environment)) for _number in range(SERVERS)]
        _send_all([port for port, _pid in servers], token, WARM_UP, "warm")
        before, own, begin, kept_by = _cpu(servers), _own_cpu(), time.perf_counter(), cpu_of_postgres()
        _send_all([port for port, _pid in servers], token, EVENTS, "k")
        wall, spent, sending = time.perf_counter() - begin, _cpu(servers) - before, _own_cpu() - own
        kept_by = cpu_of_postgres() - kept_by
        kept = _kept(environment)
    assert kept == EVENTS + WARM_UP, kept
    each = spent * 1000 / EVENTS
    print("| what | measured | asked |\n|---|---|---|")
    print(f"| events a second, {SERVERS} servers, PostgreSQL, {SENDERS} senders | {EVENTS / wall:.0f} | ≥ 100 |")
    print(f"| CPU of an event: servers and PostgreSQL | {each:.1f} ms | ≤ {CORES * 10} ms |")
    print(f"| of it PostgreSQL | {kept_by * 1000 / EVENTS:.1f} ms | |")
    print(f"| what two cores hold without the senders | {CORES * 1000 / each:.0f} events/s | ≥ 100 |")
    print(
        f"\nThe senders took {sending * 1000 / EVENTS:.1f} ms of the same cores for each event; kept {kept:,} of {kept:,}."
    )


def _channel(environment: dict[str, str]) -> str:
    app = create_app(environment)
    with app.app_context(), acting_as(SYSTEM):
        _row, token = service.open_channel("市热线", source="hotline", handling="own", area_code=COMMUNITY)
        _close()
    return token


def _kept(environment: dict[str, str]) -> int:
    app = create_app(environment)
    with app.app_context(), acting_as(SYSTEM):
        count = db.session.execute(select(func.count()).select_from(Event)).scalar_one()
        _close()
    return int(count)


def _close() -> None:
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = subprocess.DEVNULL
    mine = environment | {"PORT": str(port), "WORKER_IN_SERVER": "0"}
    process = subprocess.Popen([sys.executable, "run.py"], cwd=ROOT, env=mine, stdout=quiet, stderr=quiet)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _send_all(ports: Sequence[int], token: str, count: int, mark: str) -> None:
    def send(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", ports[number % len(ports)], timeout=60)
        for each in range(number, count, SENDERS):
            for _time in range(2 if each % 10 == 0 else 1):
                connection.request("POST", "/api/v1/intake/events", _body(each), _headers(token, f"{mark}{each}"))
                answer = connection.getresponse()
                said = answer.read()
                assert answer.status == 201, said
        connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _headers(token: str, key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/json"}


def _body(number: int) -> bytes:
    matter = {
        "name": f"{number}号路灯不亮", "content": f"北门往东第{number}盏路灯三天不亮，晚上看不清路，请尽快修。",
        "location": f"北门{number}号", "reporter": "张三丰", "phone": "13812345678", "reported_at": "2026-11-22 09:00",
    }  # fmt: skip
    return json.dumps(matter).encode()


def _cpu(servers: Sequence[tuple[int, int]]) -> float:
    """CPU seconds of the servers and of PostgreSQL."""
    return cpu_of_postgres() + sum(cpu_of_process(pid) for _port, pid in servers)


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
