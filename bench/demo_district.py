"""How long the demo district takes: made on paper, and stored in a fresh SQLite file. Prints one line each.

Run: .venv/bin/python -m bench.demo_district
"""

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from server.core.database.migrate import upgrade
from server.demo.district import make_district
from server.demo.seed import seed
from tests.tools.keys import open_store


def main() -> None:
    began = time.perf_counter()
    made = make_district()
    print(f"on paper: {time.perf_counter() - began:.1f} s, digest {made.digest()[:16]}")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'demo.db'}"
        began = time.perf_counter()
        upgrade(url)
        print(f"migrated: {time.perf_counter() - began:.1f} s")
        store = open_store(url)
        began = time.perf_counter()
        seed(store, now=datetime.now(UTC))
        print(f"made and stored: {time.perf_counter() - began:.1f} s (wanted: under 15 s)")
        store.close()


if __name__ == "__main__":
    sys.exit(main())
