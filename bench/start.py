"""From nothing to the first page, as a user starts it: `init --demo`, then `python run.py` until it has answered."""

from __future__ import annotations

import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
INIT = ["run.py", "init", "--demo", "--today", "2026-11-22", "--profile"]


def _environment(folder: str) -> dict[str, str]:
    """As on a user's machine, where Python keeps what it has compiled."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"DATA_DIR": folder, "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "pycache")}


def _cpu_of_command(arguments: list[str], folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=_environment(folder), check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def _cpu_until_first_page(folder: str) -> float:
    """CPU seconds of a fresh server when its sign-in page has arrived (from /proc, so Linux only)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = _environment(folder) | {"PORT": str(port)}
    server = subprocess.Popen([sys.executable, "run.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=30) as answer:
                    assert answer.status == 200
                    answer.read()
                break
            except OSError:
                assert server.poll() is None, "the server has ended"
                time.sleep(0.02)
        ticks = Path(f"/proc/{server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def run(asked: Any) -> None:  # noqa: ARG001
    """init --demo of two profiles, then second starts."""
    print("| what | CPU s |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        print(f"| init --profile demo --demo | {_cpu_of_command([*INIT, 'demo'], folder):.1f} |")
        starts = [_cpu_until_first_page(folder) for _ in range(4)][1:]
        print(f"| second start to first page | {statistics.median(starts):.2f} |")
        print(f"| doctor | {_cpu_of_command(['run.py', 'doctor'], folder):.2f} |")
    with tempfile.TemporaryDirectory() as folder:
        print(f"| init --profile hongqiao --demo | {_cpu_of_command([*INIT, 'hongqiao'], folder):.1f} |")
