"""Alive, able to take an alarm, and figures for monitoring."""

import time

from flask import Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import OperationalError, ProgrammingError

from server.core.database import event_log, migrate, schema_state
from server.core.database.disk_space import refusing_when_full
from server.core.http.auth import allow_public, only_here
from server.core.http.wire import Platform, platform
from server.core.refused import Refused

# Each answer is a durable write, and anybody may ask: a write a second is enough to know.
READY_FOR_S = 1.0
# The clock's loop takes its next round after half a second; a round with much to do may take some seconds.
CLOCK_SLEEPS_AFTER_S = 30.0


def install(app: Flask) -> None:
    """Add ``/healthz``, ``/readyz`` and ``/metrics``; the last only to this machine."""
    registry = CollectorRegistry()
    last_event = Gauge("huxue_last_event_id", "Newest id of the event log", registry=registry)
    read_to = Gauge("huxue_log_read_to", "Event up to which this process has read the log", registry=registry)
    sockets = Gauge("huxue_sockets", "Open sockets of this process", registry=registry)

    here: Platform = app.extensions["huxue"]
    of_areas = [(one, Gauge(one.name, one.sentence, registry=registry)) for one in here.areas.gauges()]
    failures = Gauge(
        "huxue_duty_failures", "Failures of the clock's duties in this process", ["duty"], registry=registry
    )

    closed = Gauge(
        "huxue_sockets_closed",
        "Sockets of this process closed or put off for what they sent or did not take",
        ["reason"],
        registry=registry,
    )

    @app.get("/healthz")
    @allow_public
    def _alive() -> Response:
        return jsonify(alive=True)

    wrote_at = float("-inf")

    @app.get("/readyz")
    @allow_public
    def _ready() -> Response:
        nonlocal wrote_at
        if time.monotonic() - wrote_at < READY_FOR_S:
            return jsonify(ready=True)
        _try_what_an_alarm_needs(app.extensions["huxue.clockwork"].beat_at)
        wrote_at = time.monotonic()
        return jsonify(ready=True)

    @app.get("/metrics")
    @allow_public
    @only_here
    def _metrics() -> Response:
        with platform().store.read() as connection:
            last_event.set(event_log.last(connection))
        read_to.set(app.extensions["huxue.hub"].cursor)
        sockets.set(sum(app.extensions["huxue.hub"].sockets.values()))
        for reason, count in app.extensions["huxue.floods"].counts.items():
            closed.labels(reason).set(count)
        for one, gauge in of_areas:
            gauge.set(one.read(here))
        for clockwork in app.extensions["huxue.clockworks"]:
            for duty, count in clockwork.failures.items():
                failures.labels(duty).set(count)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _try_what_an_alarm_needs(clock_beat_at: float | None) -> None:
    """Try schema, tables, a write and the clock's last round.

    Raises ``Refused``: ``schema_mismatch``, ``disk_full`` or ``clock_stopped``, and what the database raises.
    """
    here = platform()
    try:
        migrate.check(here.store)
        with here.store.read() as connection:
            schema_state.read_tables(connection, here.areas.written_by_an_alarm())
    except migrate.SchemaMismatch as why:
        raise Refused("schema_mismatch", fault=why.fault.value) from why
    except (OperationalError, ProgrammingError) as failure:
        if not schema_state.is_missing(failure):
            raise
        raise Refused("schema_mismatch", fault="incomplete") from failure
    with refusing_when_full(), here.store.transaction(here.now()) as transaction:
        schema_state.try_write(transaction.connection, "readyz", transaction.now)
    if clock_beat_at is not None and time.monotonic() - clock_beat_at > CLOCK_SLEEPS_AFTER_S:
        raise Refused("clock_stopped", seconds=round(time.monotonic() - clock_beat_at))
