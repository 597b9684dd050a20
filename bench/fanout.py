"""One event to thousands of sockets: when does the last one have it, beside Node's socket.io in the same run.

Sockets of consoles in one room, and of guards in rooms of their own, all of the demo district. For each number of them:
how long from the moment at which the event stands (committed here, given to ``emit`` there) to the last socket, the
server's CPU a socket, its memory with them, and the CPU of opening one. The median of several events. npm fetches
socket.io into a cache folder, so this needs the network the first time.

Run: .venv/bin/python -m bench.fanout [eventlet | gevent | threads] [--json FILE] [--sockets 500,2000,5000]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.bench_district import furnish, load, sign_in
from bench.crowd import Crowd, Told, many_files
from deploy.programs.children import free_port
from server.core.access.rooms import account_room, district_room
from server.core.database.migrate import upgrade
from server.demo.district import DemoDistrict
from tests.tools.server import ROOT

SOCKET_IO = "socket.io@4.8"
SIZES = "500,2000,5000"
WARM, EVENTS = 3, 12
PATIENCE_S = 60.0
TEXT = "x" * 160
# A client of the generator (query and cookie), and the room in which its server puts it.
Client = tuple[str, str]


@dataclass(frozen=True)
class Figures:
    """What one server did with so many sockets."""

    server: str
    sockets: int
    rooms: int
    last_ms: float
    from_post_ms: float
    cpu_us_a_socket: float
    opening_cpu_ms: float
    opened_a_second: float
    rss_mb: float
    rss_kb_a_socket: float


@dataclass(frozen=True)
class Served:
    """A server under measurement."""

    name: str
    port: int
    pid: int

    def cpu_s(self) -> float:
        """Read how many seconds of CPU all its threads have used."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def rss_mb(self) -> float:
        """Read how much memory it holds."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def started(name: str, command: list[str], port: int) -> Iterator[Served]:
    """Run a server until it is no longer needed."""
    process = subprocess.Popen([*command], cwd=ROOT)
    try:
        until = time.monotonic() + PATIENCE_S
        while not _answers(port):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield Served(name, port, process.pid)
    finally:
        process.kill()
        process.wait()


def measure(served: Served, clients: list[Client], rooms: list[str]) -> Figures:
    """Open the sockets, tell them some events, and close them."""
    crowd = Crowd(served.port)
    before_mb, before_s = served.rss_mb(), served.cpu_s()
    seconds = crowd.open(clients)
    opening_s = served.cpu_s() - before_s
    told: list[Told] = []
    cpu: list[float] = []
    for number in range(WARM + EVENTS):
        crowd.idle(0.5)
        used = served.cpu_s()
        marker = f"event {number:06}".encode()
        one = crowd.hear(marker, tell(served.port, rooms, {"text": f"{marker.decode()} {TEXT}"}))
        if number >= WARM:
            told.append(one)
            cpu.append((served.cpu_s() - used) / len(clients) * 1e6)
    rss = served.rss_mb()
    crowd.close()
    return Figures(
        server=served.name,
        sockets=len(clients),
        rooms=len(rooms),
        last_ms=statistics.median(one.last_ms for one in told),
        from_post_ms=statistics.median(one.from_post_ms for one in told),
        cpu_us_a_socket=statistics.median(cpu),
        opening_cpu_ms=opening_s / len(clients) * 1000,
        opened_a_second=len(clients) / seconds,
        rss_mb=rss,
        rss_kb_a_socket=(rss - before_mb) * 1024 / len(clients),
    )


def tell(port: int, rooms: list[str], data: dict[str, str]) -> bytes:
    """Write the POST by which a server is made to tell something."""
    body = json.dumps({"rooms": rooms, "data": data}).encode()
    head = f"POST /tell HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def cases(paper: DemoDistrict, store, sizes: list[int]) -> Iterator[tuple[list[Client], list[str]]]:
    """Give the sockets of each case, signed in, and the rooms that are told: one, and one for each socket."""
    dispatcher = next(row for row in paper.account if row["role"] == "dispatcher")
    room = district_room(dispatcher["district_id"])
    for size in sizes:
        passes = sign_in(store, [dispatcher["id"]] * size)
        yield [(f"&room={room}", f"huxue={token}") for token, _csrf in passes], [room]
    guards = [row["id"] for row in paper.account if row["role"] == "guard"][: max(sizes)]
    rooms = [account_room(guard) for guard in guards]
    passes = sign_in(store, guards)
    yield (
        [(f"&room={own}", f"huxue={token}") for own, (token, _csrf) in zip(rooms, passes, strict=True)],
        rooms,
    )


def socket_io() -> Path:
    """Let npm fetch Node's socket.io once; gives the folder in which it is."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "huxue" / SOCKET_IO.replace("@", "-")
    if not (folder / "node_modules" / "socket.io").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", SOCKET_IO]
        subprocess.run(command, check=True, cwd=folder, env=_with_node(), capture_output=True)
    return folder


def main() -> None:
    """Measure both servers case by case, so that each pair of figures is of the same minute."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", nargs="?", default="eventlet")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sockets", default=SIZES)
    wanted = parser.parse_args()
    many_files(20_000)
    print(load(), flush=True)
    node = [str(ROOT / ".venv/bin/node"), "bench/fanout_node.mjs"]
    found: list[Figures] = []
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/district.db"
        upgrade(url)
        store, paper, _passes = furnish(url)
        for clients, rooms in cases(paper, store, [int(size) for size in wanted.sockets.split(",")]):
            at = free_port()
            ours = [sys.executable, "-m", "bench.fanout_server", str(at), wanted.engine, url]
            with started(f"ours, {wanted.engine}", ours, at) as served:
                found.append(measure(served, clients, rooms))
            at = free_port()
            with started("socket.io", [*node, str(at), str(socket_io())], at) as served:
                found.append(measure(served, clients, rooms))
            say(found[-2], found[-1])
        store.close()
    print(load())
    if wanted.json:
        wanted.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n")


def say(ours: Figures, theirs: Figures) -> None:
    """Print the figures of both servers, and how many times as long ours took."""
    for one in (ours, theirs):
        print(
            f"{one.server:16} {one.sockets} sockets in {one.rooms} rooms: last after {one.last_ms:.0f} ms "
            f"({one.from_post_ms:.0f} from the POST), {one.cpu_us_a_socket:.1f} µs CPU a socket; "
            f"opening {one.opening_cpu_ms:.2f} ms CPU, {one.opened_a_second:.0f} a second; "
            f"{one.rss_mb:.0f} MB, {one.rss_kb_a_socket:.1f} KB a socket"
        )
    print(f"  ratio {ours.last_ms / theirs.last_ms:.2f}", flush=True)


def _with_node() -> dict[str, str]:
    return {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _answers(port: int) -> bool:
    import socket

    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
