"""``flask worker-ready``: wait until a worker that was just started gets its share of the requests again."""

import http.client
import json
import ssl
import time

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.settings import ServerSettings

# deploy/nginx.conf leaves a worker out for 2 s (fail_timeout) and counts whole seconds.
LEFT_OUT_S = 3.0
ANSWER_WITHIN_S, ASK_EVERY_S = 5.0, 0.1
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not listened on


@click.command("worker-ready")
@click.option("--port", type=click.IntRange(1, 65_535), help="The worker's port; HUXUE_PORT when left out.")
@click.option(
    "--within",
    "within_s",
    type=click.IntRange(1, 3_600),
    default=60,
    show_default=True,
    help="Seconds after which it counts as not started.",
)
@with_appcontext
def worker_ready(port: int | None, within_s: int) -> None:
    """Wait until a worker takes requests and the proxy has noticed, so that the next one may be restarted.

    Asks the worker's /readyz until it answers 200, and goes on until nginx no longer leaves it out.
    """
    settings: ServerSettings = current_app.config["HUXUE"]
    port = port or settings.port
    place = f"{settings.host}:{port}"
    until, ready_since, heard = time.monotonic() + within_s, None, "no answer"
    while ready_since is None or time.monotonic() - ready_since < LEFT_OUT_S:
        heard = ask(settings, port)
        if heard:
            ready_since = None
            if time.monotonic() > until:
                raise click.ClickException(f"{place} takes no requests after {within_s} s: {heard}.")
        elif ready_since is None:
            ready_since = time.monotonic()
        time.sleep(ASK_EVERY_S)
    click.echo(f"{place} takes requests, and nginx sends it some.")


def ask(settings: ServerSettings, port: int) -> str:
    """Ask a worker of this machine whether it is ready; gives what is in the way, empty when nothing is."""
    host = EVERYWHERE.get(settings.host, settings.host)
    line = (
        http.client.HTTPSConnection(host, port, timeout=ANSWER_WITHIN_S, context=_believing())
        if settings.certificate
        else http.client.HTTPConnection(host, port, timeout=ANSWER_WITHIN_S)
    )
    try:
        line.request("GET", "/readyz")
        answer = line.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as why:
        return str(why) or type(why).__name__
    finally:
        line.close()
    return "" if answer.status == http.HTTPStatus.OK else _refusal(answer.status, body)


def _refusal(status: int, body: bytes) -> str:
    try:
        return f"{status} {json.loads(body)['code']}"
    except (ValueError, KeyError, TypeError):
        return str(status)


def _believing() -> ssl.SSLContext:
    """Make a context that believes any certificate: it is for a name, and this asks by an address of this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
