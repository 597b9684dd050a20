"""Werkzeug's server with a thread for each connection, the TLS handshake in that thread too."""

import socket
import ssl
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from server.engine.ending import Ending
from server.engine.handshakes import Handshakes
from server.engine.lengths import OneLength


class _Quiet(OneLength, WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Write no access log: addresses and codes of posts do not belong into one."""


class _Server(ThreadedWSGIServer):
    def __init__(self, ending: Ending, listener: socket.socket, context: ssl.SSLContext | None) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(host, port, ending, _Quiet, fd=listener.fileno())
        # Werkzeug would shake hands before it takes the next connection: a silent client would stop them all.
        self.ssl_context = context
        self._handshakes = Handshakes()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection's requests; one whose client ends the handshake has none."""
        if self.ssl_context is None:
            super().finish_request(request, client_address)
            return
        try:
            with self.ssl_context.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)
        except ssl.SSLError as why:
            self._handshakes.failed(why)


def serve_threads(ending: Ending, listener: socket.socket, context: ssl.SSLContext | None) -> None:
    """Serve until the process is told to end."""
    server = _Server(ending, listener, context)
    server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def stop_listening() -> None:
        server.shutdown()
        # Werkzeug closes a copy of it alone.
        listener.shutdown(socket.SHUT_RDWR)

    ending.on_signal(stop_listening)
    server.serve_forever()
