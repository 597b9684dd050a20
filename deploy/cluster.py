"""``make cluster``: the demo district as a deployment has it, on this machine alone, in one command.

nginx, two workers, the auditor, the worker of long work, PostgreSQL and Redis, all on loopback or private sockets.
Everything is thrown away at the end.
"""

import os
import sys
from pathlib import Path

from deploy.programs import nginx, postgres, redis
from deploy.programs.children import free_port, private_folder, unprivileged_user
from deploy.programs.debian import NGINX, POSTGRES, REDIS, provide
from server.config import BadSetting, read_settings
from server.demo import children, words
from server.demo.running import (
    ROOT,
    Demo,
    Running,
    Stop,
    exit_code,
    people,
    prepare,
    require_free_port,
    simulation,
    until_told,
    wait_until_ready,
    watch,
)

FOLDER = ROOT / "var" / "cluster"
WORKERS = 2


def main() -> int:
    """Run the cluster until Ctrl-C; give the exit code."""
    try:
        with until_told() as running:
            os.chdir(ROOT)
            _require_programs()
            database = running.beneath.enter_context(postgres.running(durable=True))
            bell = running.beneath.enter_context(redis.running())
            demo = _set_up(database.empty_url(), bell.url)
            require_free_port(demo.settings)
            prepare(demo)
            workers = _start_workers(demo, running)
            auditor = _start_command("auditor", demo, running)
            long_work = _start_command("worker", demo, running, name="long-work")
            front = _start_nginx(demo, running, list(workers))
            if demo.settings.simulate:
                running.own.append(simulation(demo, FOLDER / "log"))
            words.welcome(
                demo.settings,
                demo.here,
                logs=FOLDER / "log",
                certificate=None,
                people=people(demo),
                also=_beside(front, workers, auditor, long_work, database, bell),
            )
            watch(running.own, needed=frozenset({"nginx"}))
    except Stop as why:
        return exit_code(why)
    return 0


def _require_programs() -> None:
    if provide((POSTGRES, REDIS, NGINX)):
        raise Stop("make cluster needs what is named above")


def _set_up(database_url: str, redis_url: str) -> Demo:
    """Put the environment of all workers together; what the caller has set stands, but for what is started here."""
    environment = {"HUXUE_PORT": "8000"} | dict(os.environ)
    here = f"http://127.0.0.1:{environment['HUXUE_PORT']}"
    environment |= {
        "HUXUE_MODE": "demo",
        "HUXUE_HOST": "127.0.0.1",
        "HUXUE_PUBLIC_URL": here,
        "HUXUE_DATABASE_URL": database_url,
        "HUXUE_REDIS_URL": redis_url,
        "HUXUE_TRUSTED_PROXIES": "127.0.0.1",
        "HUXUE_FILES_FOLDER": str(FOLDER / "files"),
        "PYTHONPATH": str(ROOT),
    }
    try:
        return Demo(read_settings(environment), environment, here, FOLDER, None)
    except BadSetting as why:
        raise Stop(str(why)) from why


def _start_workers(demo: Demo, running: Running) -> dict[int, children.Child]:
    """Start the workers side by side and wait for each; gives them by their ports."""
    workers: dict[int, children.Child] = {}
    for number in range(1, WORKERS + 1):
        port = free_port()
        environment = {**demo.environment, "HUXUE_PORT": str(port)}
        worker = children.start(f"worker-{number}", [sys.executable, "wsgi.py"], environment, FOLDER / "log")
        running.own.append(worker)
        workers[port] = worker
    for port, worker in workers.items():
        wait_until_ready(demo, worker, f"http://127.0.0.1:{port}")
    return workers


def _start_command(command: str, demo: Demo, running: Running, *, name: str | None = None) -> children.Child:
    """Start a flask command that goes on until it is ended."""
    whole = [sys.executable, "-m", "flask", "--app", "wsgi", command]
    child = children.start(name or command, whole, demo.environment, FOLDER / "log")
    running.own.append(child)
    return child


def _start_nginx(demo: Demo, running: Running, workers: list[int]) -> children.Child:
    folder: Path = running.beneath.enter_context(private_folder("nginx", unprivileged_user()))
    command = nginx.command(folder, port=demo.settings.port, workers=workers)
    front = children.start("nginx", command, demo.environment, FOLDER / "log")
    running.own.append(front)
    wait_until_ready(demo, front)
    return front


def _beside(
    front: children.Child,
    workers: dict[int, children.Child],
    auditor: children.Child,
    long_work: children.Child,
    database: postgres.Server,
    bell: redis.Server,
) -> list[str]:
    """Say what runs behind the address, so that one can try what happens when a part of it ends."""
    return [
        "",
        f"  nginx (process {front.process.pid}) stands in front of two workers; one may be killed:",
        *(f"      {one.name}  process {one.process.pid}, port {port}" for port, one in workers.items()),
        f"      auditor  process {auditor.process.pid}: looks every 2 s for what is late, and says so in its log",
        f"      {long_work.name}  process {long_work.process.pid}: copies of people's own data",
        f"      PostgreSQL  process {database.process.pid}",
        f"      Redis  process {bell.process.pid}: stopped or hung, news comes within a second all the same",
        "  The district is made anew at each start and thrown away at the end.",
        "",
    ]


if __name__ == "__main__":
    sys.exit(main())
