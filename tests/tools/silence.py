"""What swallows: a listener that takes everything and never answers, and a line whose sockets fall silent."""

import contextlib
import socket
import threading
from collections.abc import Iterator

TO_THE_HEAD = b"\r\n\r\n"
MOST = 65536


@contextlib.contextmanager
def black_hole(port: int) -> Iterator[None]:
    """Listen on a port, take whatever comes, and never answer nor close."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        thread = threading.Thread(target=_take, args=(listener, taken), daemon=True)
        thread.start()
        try:
            yield
        finally:
            # Without it the thread would go on waiting in accept, and hold the port.
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for one in taken:
                one.close()


def _take(listener: socket.socket, taken: list[socket.socket]) -> None:
    with contextlib.suppress(OSError):
        while True:
            taken.append(listener.accept()[0])


class Line:
    """A proxy before a server that passes everything on; ``silent`` swallows what its WebSockets say.

    Plain HTTP goes on, as in a network that holds long connections open and forgets about them. Nothing is
    closed: only the missing heartbeat tells.
    """

    def __init__(self, server_port: int) -> None:
        self.silent = False
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                page, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(page,), daemon=True).start()

    def _serve(self, page: socket.socket) -> None:
        with contextlib.suppress(OSError), page:
            head = b""
            while TO_THE_HEAD not in head:
                more = page.recv(MOST)
                if not more:
                    return
                head += more
            with socket.create_connection(("127.0.0.1", self._server_port)) as server:
                news = b"upgrade: websocket" in head.lower()
                threading.Thread(target=self._pass, args=(page, server, False), daemon=True).start()
                server.sendall(head)
                self._pass(server, page, news)

    def _pass(self, source: socket.socket, target: socket.socket, news: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(MOST):
                if not (news and self.silent):
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)
