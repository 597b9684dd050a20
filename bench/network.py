"""A network of this machine's own for two workers, PostgreSQL and Redis, whose cables can be pulled.

Each has a network namespace; a switch in a fifth joins them, and a cable of its own leads from each worker to
the clients. Nothing of it reaches beyond the machine. Without root all share loopback, and no cable can be pulled.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORKERS, PLACES = ("a", "b"), ("a", "b", "database", "bell")
# Set aside by RFC 2544 for measurements inside one laboratory.
BEHIND, FRONT = "198.18.77", "198.18.7{}"
CLONE_NEWNET = 0x40000000


class Loopback:
    """All in one place: addresses differ by their ports alone."""

    can_cut = False

    def behind(self, place: str) -> str:
        """Give the address under which the others reach a place."""
        return "127.0.0.1"

    def front(self, place: str) -> str:
        """Give the address under which clients reach a worker."""
        return "127.0.0.1"

    @contextmanager
    def inside(self, place: str) -> Iterator[None]:
        """Let what is started meanwhile live at a place."""
        yield


class Namespaces(Loopback):
    """A namespace for each place."""

    can_cut = True

    def __init__(self) -> None:
        self._mark = f"huxue{os.getpid()}"
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._deaf: list[tuple[str, str]] = []

    def behind(self, place: str) -> str:
        return f"{BEHIND}.{PLACES.index(place) + 1}"

    def front(self, place: str) -> str:
        return f"{FRONT.format(WORKERS.index(place) + 8)}.2"

    def build(self) -> None:
        """Lay all cables."""
        ip("netns", "add", self._name("switch"))
        self._in("switch", "link", "add", "switch", "type", "bridge")
        self._in("switch", "link", "set", "switch", "up")
        for place in PLACES:
            ip("netns", "add", self._name(place))
            self._in(place, "link", "set", "lo", "up")
            peer = ("peer", "name", "behind", "netns", self._name(place))
            self._in("switch", "link", "add", f"to-{place}", "type", "veth", *peer)
            self._in("switch", "link", "set", f"to-{place}", "master", "switch", "up")
            self._in(place, "addr", "add", f"{self.behind(place)}/24", "dev", "behind")
            self._in(place, "link", "set", "behind", "up")
        for place in WORKERS:
            own = f"hx{os.getpid() % 1_000_000}{place}"
            ip("link", "add", own, "type", "veth", "peer", "name", "front", "netns", self._name(place))
            ip("addr", "add", f"{self.front(place)[:-1]}1/30", "dev", own)
            ip("link", "set", own, "up")
            self._in(place, "addr", "add", f"{self.front(place)}/30", "dev", "front")
            self._in(place, "link", "set", "front", "up")

    def remove(self) -> None:
        """Take everything away; a cable goes with its namespace."""
        for place in (*PLACES, "switch"):
            subprocess.run(["ip", "netns", "del", self._name(place)], check=False, capture_output=True)

    def pull(self, place: str) -> None:
        """Pull a place's cable out of the switch."""
        self._in("switch", "link", "set", f"to-{place}", "down")

    def plug(self, place: str) -> None:
        """Put it in again."""
        self._in("switch", "link", "set", f"to-{place}", "up")

    def deafen(self, place: str, towards: str) -> None:
        """Let what ``towards`` sends to a place vanish without a word."""
        self._in(towards, "route", "add", "blackhole", f"{self.behind(place)}/32")

    def undeafen(self, place: str, towards: str) -> None:
        """Let it arrive again."""
        self._in(towards, "route", "del", "blackhole", f"{self.behind(place)}/32")

    @contextmanager
    def inside(self, place: str) -> Iterator[None]:
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            self._enter(os.open(Path("/run/netns", self._name(place)), os.O_RDONLY))
            yield
        finally:
            self._enter(own)

    def _enter(self, namespace: int) -> None:
        if self._libc.setns(namespace, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "cannot enter the network namespace")
        os.close(namespace)

    def _name(self, place: str) -> str:
        return f"{self._mark}-{place}"

    def _in(self, place: str, *words: str) -> None:
        ip("-n", self._name(place), *words)


def ip(*words: str) -> None:
    """Run ``ip``."""
    subprocess.run(["ip", *words], check=True)


@contextmanager
def laid() -> Iterator[Loopback]:
    """Lay the network, or fall back to loopback when that is not allowed; take it away afterwards."""
    if os.geteuid() != 0:
        print("not root: all on loopback, and no cable can be pulled")
        yield Loopback()
        return
    network = Namespaces()
    try:
        network.build()
        yield network
    finally:
        network.remove()
