"""Two workers over PostgreSQL and Redis with the demo district, each in a network of its own where that can be."""

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.bench_district import BenchDistrict, furnish
from bench.network import WORKERS, Loopback, laid
from deploy.programs import postgres, redis
from deploy.programs.children import free_port
from server.core.database.migrate import upgrade
from tests.tools.server import serving


@dataclass(frozen=True)
class Pair:
    """Both workers, what they rely on, and the network between them."""

    network: Loopback
    database: postgres.Server
    bell: redis.Server
    districts: tuple[BenchDistrict, BenchDistrict]
    folder: Path

    def restart_worker(self, number: int) -> None:
        """Start a worker again where it was."""
        with self.network.inside(WORKERS[number]):
            self.districts[number].server.restart()

    def restart_database(self) -> None:
        """Start PostgreSQL again where it was."""
        with self.network.inside("database"):
            self.database.restart()

    def restart_bell(self) -> None:
        """Start Redis again where it was."""
        with self.network.inside("bell"):
            self.bell.restart()


@contextmanager
def pair(**settings: str) -> Iterator[Pair]:
    """Serve the demo district by two workers; told to end, it takes everything away first."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit("told to end"))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        network = stack.enter_context(laid())
        with network.inside("database"):
            listens = (network.behind("database"), free_port())
            database = stack.enter_context(postgres.running(folder, durable=True, listens=listens))
        with network.inside("bell"):
            bell = stack.enter_context(redis.running((network.behind("bell"), free_port())))
        url = database.empty_url()
        upgrade(url)
        store, paper, passes = furnish(url)
        stack.callback(store.close)
        shared = {
            "HUXUE_REDIS_URL": bell.network_url,
            **settings,
        }
        districts = []
        for place in WORKERS:
            with network.inside(place):
                served = serving(
                    database.network_url(url),
                    folder / f"{place}.log",
                    HUXUE_HOST=network.front(place),
                    **shared,
                )
                districts.append(BenchDistrict(stack.enter_context(served), store, paper, passes))
        yield Pair(network, database, bell, (districts[0], districts[1]), folder)
