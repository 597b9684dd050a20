"""Sockets that are open and in no room: they never asked to come in, were turned away, or signed out and stayed."""

import threading
from typing import Any


class UnjoinedSocketReaper:
    """Closes the sockets that are in no room at two looks one after the other; ``server`` is Socket.IO's."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._before: set[str] = set()

    def look(self) -> int:
        """Close those that were in no room the last time either, and count them."""
        named = {connection for _socket, connection in self._server.manager.get_participants("/", None)}
        found = set(self._server.eio.sockets) - named
        old = found & self._before
        for connection in old:
            # Each by itself: one that does not read takes its time to be closed.
            threading.Thread(target=self._server.eio.disconnect, args=(connection,), daemon=True).start()
        self._before = found - old
        return len(old)
