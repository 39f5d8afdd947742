"""How fast this machine is beside the one whose figures stand in docs/performance.md: a fixed piece of work that owes nothing to the application.

Python alone, SQLite and hashing in about the share an import has of them. Each part of the bench prints the factor
measured around it, so that figures of different machines, and of different hours of a shared one, can be compared.
"""

from __future__ import annotations

import gc
import hashlib
import hmac
import itertools
import json
import sqlite3
import statistics
import time

REFERENCE = 0.13
"""CPU seconds of `work()` on the reference core; docs/performance.md says how it was derived."""
ROUNDS = 5


def line(before: float, after: float) -> str:
    """The sentence under a table."""
    return (
        f"Machine: {before:.2f}× the reference's time before, {after:.2f}× after; divide seconds, multiply rates by it"
        " to stand beside docs/performance.md."
    )


def work() -> None:
    """The same words, rows and signatures every time."""
    rows = [_row(number) for number in range(5_000)]
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, key TEXT, name TEXT, area TEXT, extra TEXT)")
    database.execute("CREATE UNIQUE INDEX people_key ON people (key)")
    database.execute("CREATE INDEX people_area ON people (area, name)")
    database.executemany("INSERT INTO people (key, name, area, extra) VALUES (?, ?, ?, ?)", rows)
    mac = b""
    for key, name, area, extra in database.execute("SELECT key, name, area, extra FROM people ORDER BY area, name"):
        link = json.dumps([key, name, area, json.loads(extra)], ensure_ascii=False, separators=(",", ":"))
        mac = hmac.digest(b"reference", mac + link.encode(), hashlib.sha256)
    database.close()
    assert mac.hex()[:8] == "82a1aba4", mac.hex()[:8]


def _row(number: int) -> tuple[str, str, str, str]:
    name = "王李张刘陈杨赵黄"[number % 8] + "建国明华丽芳伟强"[number // 8 % 8] + str(number)
    fields = {
        "姓名": name,
        "电话": f"154{number:08d}",
        "网格": f"第{number % 97}网格",
        "备注": " ".join(name).strip().upper(),
    }
    pairs = {first + second for first, second in itertools.pairwise(name)}
    fields["词"] = ",".join(sorted(pairs))
    key = hashlib.sha256(repr(sorted(fields.items())).encode()).hexdigest()
    return key, name, f"9901010{number % 89:02d}", json.dumps(fields, ensure_ascii=False)


def factor() -> float:
    """CPU time of the work here ÷ on the reference core: 2.0 is a machine half as fast, or one that others load."""
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return statistics.median(times) / REFERENCE
