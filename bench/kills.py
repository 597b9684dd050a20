"""One process killed with SIGKILL again and again while people write as fast as it takes them.

What was acknowledged must be there afterwards, once. Run: .venv/bin/python -m bench.kills [sqlite | postgresql]
"""

import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import select

from bench.bench_district import bench_district, load
from bench.writing import Writing
from server.duty.tables import check_in

KILLS, A_SECOND, BURST_S = 20, 200.0, (1.0, 3.0)


def main(kind: str = "sqlite") -> None:
    """Write, kill, start again; then count."""
    print(load())
    chance = Random(1)
    with bench_district(kind) as here:
        writing = Writing((here, here), A_SECOND)
        writing.begin()
        for _kill in range(KILLS):
            time.sleep(chance.uniform(*BURST_S))
            assert writing.under_way, "nobody was writing"
            here.server.kill()
            here.server.restart()
        whole = writing.pause(60)
        lost = writing.lost()
        with here.store.read() as connection:
            today = check_in.c.at > datetime.now(UTC) - timedelta(hours=1)
            duties = Counter(connection.execute(select(check_in.c.account_id).where(today)).scalars())
    print(
        f"{KILLS} kills on {kind}: {len(writing.check_ins)} check-ins and {len(writing.alarms)} alarms acknowledged, "
        f"{len(lost)} lost, {sum(duties.values()) - len(duties)} duties twice, all writes ended: {whole}; "
        f"slowest {max(writing.took_s):.1f} s; {dict(writing.tries)}"
    )
    print(load())


if __name__ == "__main__":
    main(*sys.argv[1:])
