"""Alive, able to write, and figures for monitoring."""

import time

from flask import Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import select, update

from server.api.auth import allow_public, only_here
from server.api.wire import platform
from server.store import event_log

# Each answer is a durable write, and anybody may ask: a write a second is enough to know.
READY_FOR_S = 1.0


def install(app: Flask) -> None:
    """Add ``/healthz``, ``/readyz`` and ``/metrics``; the last only to this machine."""
    registry = CollectorRegistry()
    last_event = Gauge("huxue_last_event_id", "Newest id of the event log", registry=registry)
    sockets = Gauge("huxue_sockets", "Open sockets of this process", registry=registry)

    waiting = Gauge("huxue_check_ins_waiting", "Check-ins that wait for their commit", registry=registry)
    failures = Gauge(
        "huxue_duty_failures", "Failures of the clock's duties in this process", ["duty"], registry=registry
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
        with platform().store.transaction(platform().now()) as transaction:
            epoch = transaction.connection.execute(select(event_log.log_epoch.c.epoch)).scalar_one()
            transaction.connection.execute(update(event_log.log_epoch).values(epoch=epoch))
        wrote_at = time.monotonic()
        return jsonify(ready=True)

    @app.get("/metrics")
    @allow_public
    @only_here
    def _metrics() -> Response:
        with platform().store.read() as connection:
            last_event.set(event_log.last(connection))
        sockets.set(sum(app.extensions["huxue.hub"].sockets.values()))
        waiting.set(app.extensions["huxue.writer"].waiting())
        for duty, count in app.extensions["huxue.clockwork"].failures.items():
            failures.labels(duty).set(count)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
