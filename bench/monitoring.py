"""Debian's Prometheus with the rules of deploy/monitoring beside a real server, until the right ones fire and no other.

The auditor's row is made old, and wrong passwords are written down; the rules run as they are, each second.
Run: .venv/bin/python -m bench.monitoring (with Debian's package ``prometheus``: apt-get install prometheus)
"""

import json
import subprocess
import tempfile
import time
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.bench_district import bench_district
from deploy.programs import prometheus
from server.core import audit
from server.core.database import schema_state
from tests.tools.server import ROOT

MONITORING = ROOT / "deploy" / "monitoring"
EXPECTED = {"HuxueAuditorSilent", "HuxueManyWrongSignIns"}
WITHIN_S = 420.0


def asked(url: str) -> Any:
    """Ask Prometheus for something, and give the data of its answer."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["data"]


def firing(url: str) -> set[str]:
    """Give the rules that fire; none while it has not come up."""
    with suppress(OSError):
        alerts = asked(f"{url}/api/v1/alerts")["alerts"]
        return {one["labels"]["alertname"] for one in alerts if one["state"] == "firing"}
    return set()


def figures(url: str, names: list[str]) -> dict[str, list[str]]:
    """Give what some figures read."""
    found = {name: asked(f"{url}/api/v1/query?query={quote(name)}")["result"] for name in names}
    return {name: [one["value"][1] for one in result] for name, result in found.items()}


def configured(folder: Path, address: str) -> Path:
    """Write the shipped configuration for a server at another address, read and judged each second."""
    (folder / "alerts.yml").write_text((MONITORING / "alerts.yml").read_text())
    written = (MONITORING / "prometheus.yml").read_text()
    written = written.replace("127.0.0.1:8000", address).replace("15s", "1s")
    (folder / "prometheus.yml").write_text(written)
    return folder / "prometheus.yml"


def main() -> None:
    """Check the rules' writing, then run them."""
    subprocess.run(["promtool", "check", "config", "prometheus.yml"], cwd=MONITORING, check=True)
    with bench_district() as here, tempfile.TemporaryDirectory() as name:
        now = datetime.now(UTC)
        with here.store.transaction(now) as transaction:
            connection = transaction.connection
            schema_state.try_write(connection, "auditor", now - timedelta(minutes=10))
            for _each in range(60):
                audit.record(connection, now=now, actor_id=None, act="sign_in.failed", facts={})
        folder = Path(name)
        address = here.server.url.removeprefix("http://")
        with prometheus.running(folder, configured(folder, address)) as url:
            began = time.monotonic()
            while not firing(url) >= EXPECTED and time.monotonic() - began < WITHIN_S:
                time.sleep(1)
            print(f"after {time.monotonic() - began:.0f} s these fire: {sorted(firing(url))}")
            names = [
                "up",
                "huxue_auditor_silent_seconds",
                "huxue_failed_sign_ins_day",
                "huxue_disk_free_share",
            ]
            print(figures(url, names))
            assert firing(url) == EXPECTED


if __name__ == "__main__":
    main()
