"""The one place that knows the async engine: eventlet, gevent or threads.

``patch`` must run before anything else is imported; ``wsgi.py`` begins with it.
"""

import errno
import os
import socket
import ssl
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.engine.counting import MeterOf
from server.engine.ending import Ending
from server.engine.handshakes import Handshakes
from server.engine.lengths import OneLength, is_one
from server.engine.thread_server import serve_threads

if TYPE_CHECKING:
    from server.core.database.psycopg_waits import GreenWait

# Past eventlet's default of 1,024 connections an alarm would wait in the backlog without an answer.
MAX_CONNECTIONS = 20_000
BACKLOG = 2_048
# A connection keeps both as long as it lasts, an open page's socket too: 24 KB where nobody says how much. A request's
# head fits in; bodies and answers that are larger go past them.
READ_BUFFER_BYTES, WRITE_BUFFER_BYTES = 2_048, 4_096


def patch(engine: str) -> None:
    """Make the standard library co-operative under the chosen engine.

    psycopg waits with its own C code unless told otherwise, which would block the whole process.
    """
    if engine == "eventlet":
        os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
        with warnings.catch_warnings():
            # eventlet says at import that it is in maintenance; this file is where we would leave it.
            warnings.simplefilter("ignore")
            import eventlet

            eventlet.monkey_patch()
    elif engine == "gevent":
        os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
        from gevent import monkey

        monkey.patch_all()


def socket_mode(engine: str) -> str:
    """Give Flask-SocketIO's name of the engine."""
    return {"eventlet": "eventlet", "gevent": "gevent", "threads": "threading"}[engine]


def counted_sockets(engine: str, meter_of: MeterOf) -> Callable[..., Any]:
    """Make what Engine.IO opens a WebSocket with, so that ``meter_of(environ)`` counts each frame that it sends."""
    if engine == "eventlet":
        from server.engine.eventlet_sockets import Door
    elif engine == "gevent":
        from server.engine.gevent_sockets import Door
    else:
        from server.engine.thread_sockets import Door
    return partial(Door, meter_of=meter_of)


def yield_to_others(engine: str) -> Callable[[], None]:
    """Give the function by which a long handler lets its neighbours run."""
    if engine == "eventlet":
        import eventlet

        return lambda: eventlet.sleep(0)
    if engine == "gevent":
        import gevent

        return lambda: gevent.sleep(0)
    return lambda: None


def in_real_thread(engine: str) -> Callable[..., Any]:
    """Give the function that runs blocking work (argon2) in an operating-system thread and waits for it.

    One processor at least stays free: forty passwords guessed at once would take the others' time from an alarm.
    """
    in_thread = _in_thread(engine)
    turn = threading.Semaphore(max(1, (os.cpu_count() or 1) - 1))

    def run(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with turn:
            return in_thread(function, *arguments, **named)

    return run


def _in_thread(engine: str) -> Callable[..., Any]:
    if engine == "eventlet":
        from eventlet import tpool

        return tpool.execute
    if engine == "gevent":
        import gevent

        def run(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
            return gevent.get_hub().threadpool.apply(function, arguments, named)

        return run
    return lambda function, *arguments, **named: function(*arguments, **named)


def green_wait(engine: str) -> "GreenWait | None":
    """Give the engine's ways to wait for a descriptor; ``None`` for threads, which the system itself wakes."""
    from server.core.database.psycopg_waits import GreenWait

    if engine == "eventlet":
        from eventlet.hubs import trampoline
        from eventlet.patcher import original

        def readable(descriptor: int, seconds: float) -> None:
            trampoline(descriptor, read=True, timeout=seconds, timeout_exc=TimeoutError)

        def writable(descriptor: int, seconds: float) -> None:
            trampoline(descriptor, write=True, timeout=seconds, timeout_exc=TimeoutError)

        return GreenWait(original("select").poll, readable, writable)
    if engine == "gevent":
        from gevent.monkey import get_original
        from gevent.socket import wait_read, wait_write

        wait_until = {"timeout_exc": TimeoutError}
        return GreenWait(
            get_original("select", "poll"),
            partial(wait_read, **wait_until),
            partial(wait_write, **wait_until),
        )
    return None


class CannotListen(Exception):
    """An address or a certificate that cannot be used; its text says which and why."""


def listen(host: str, port: int) -> socket.socket:
    """Take a port before anything is served on it; raises ``CannotListen``.

    A port is never shared: two servers on one port would each get a part of the check-ins.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except PermissionError as why:
        raise CannotListen(
            f"{host}:{port} may not be taken by this user. Set HUXUE_PORT above 1023."
        ) from why
    except OSError as why:
        if why.errno == errno.EADDRINUSE:
            taken = f"{host}:{port} is taken by another program. End it, or set HUXUE_PORT to a free port."
            raise CannotListen(taken) from why
        # Python puts the address behind the system's own words.
        words = str(why.strerror).partition(" (")[0]
        raise CannotListen(f"HUXUE_HOST={host} is no address of this machine ({words}).") from why


def tls(certificate: str, key: str) -> ssl.SSLContext | None:
    """Read a certificate and its key, given as paths (``None`` without them); raises ``CannotListen``."""
    if not certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for variable, path in (("HUXUE_CERTIFICATE", certificate), ("HUXUE_CERTIFICATE_KEY", key)):
        try:
            Path(path).read_bytes()
        except OSError as why:
            raise CannotListen(f"{variable}={path} cannot be read: {why.strerror}.") from why
    try:
        context.load_cert_chain(certificate, key)
    except ssl.SSLError as why:
        pair = f"HUXUE_CERTIFICATE={certificate} and HUXUE_CERTIFICATE_KEY={key}"
        raise CannotListen(f"{pair} are no PEM certificate with its key ({why.reason}).") from why
    return context


def serve(engine: str, application: Any, listener: socket.socket, context: ssl.SSLContext | None) -> None:
    """Serve a WSGI application on a port that is taken already; SIGTERM ends it after the requests under way."""
    ending = Ending(application)
    {"eventlet": _serve_eventlet, "gevent": _serve_gevent, "threads": serve_threads}[engine](
        ending, listener, context
    )
    ending.wait()


def _serve_eventlet(ending: Ending, listener: socket.socket, context: ssl.SSLContext | None) -> None:
    import eventlet
    import eventlet.wsgi

    handshakes = Handshakes()

    class Protocol(OneLength, eventlet.wsgi.HttpProtocol):
        rbufsize, wbufsize = READ_BUFFER_BYTES, WRITE_BUFFER_BYTES

        def handle(self) -> None:
            """Answer a connection's requests; one whose client ends the handshake has none."""
            try:
                super().handle()
            except ssl.SSLError as why:
                handshakes.failed(why)

    if context is not None:
        listener = context.wrap_socket(listener, server_side=True)
    serving = eventlet.getcurrent()

    def stop_listening() -> None:
        # Its loop ends with this, closes the connections that say nothing and waits for the others.
        eventlet.kill(serving, SystemExit)
        # With nothing under way the loop has closed it by now.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)

    ending.on_signal(stop_listening)
    eventlet.wsgi.server(
        listener,
        _bodies_in_pieces(ending),
        max_size=MAX_CONNECTIONS,
        log_output=False,
        socket_timeout=75,
        debug=False,
        protocol=Protocol,
    )


def _bodies_in_pieces(application: Any) -> Any:
    """Say of a body that comes in pieces that its end is known: without the word it would be taken for none.

    A gate device that sends its test so would raise an alarm.
    """

    def told(environ: dict[str, Any], start_response: Any) -> Any:
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            environ["wsgi.input_terminated"] = True
        return application(environ, start_response)

    return told


def _serve_gevent(ending: Ending, listener: socket.socket, context: ssl.SSLContext | None) -> None:
    from gevent.pywsgi import WSGIServer
    from geventwebsocket.handler import WebSocketHandler

    handshakes = Handshakes()

    class Handler(WebSocketHandler):
        def read_request(self, raw_requestline: str) -> bool:
            """Read the head of a request. Raises ``ValueError`` for one that is answered with 400."""
            found: bool = super().read_request(raw_requestline)
            if not is_one(self.headers):
                raise ValueError
            return found

    class Server(WSGIServer):
        def wrap_socket_and_handle(self, client_socket: Any, address: Any) -> Any:
            """Answer a connection's requests; one whose client ends the handshake has none."""
            try:
                return super().wrap_socket_and_handle(client_socket, address)
            except ssl.SSLError as why:
                handshakes.failed(why)

    options = {} if context is None else {"ssl_context": context}
    server = Server(
        listener,
        ending,
        handler_class=Handler,
        log=None,
        **options,
    )

    def stop_listening() -> None:
        server.stop_accepting()
        listener.shutdown(socket.SHUT_RDWR)
        server.close()

    ending.on_signal(stop_listening)
    server.serve_forever()
