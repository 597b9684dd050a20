"""The composition root: the only file that knows all layers."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from flask_socketio import SocketIO

from server import cli
from server.alarm.api import alarms, escalation, joint_response, reports, standing, units
from server.audit import api as audit_api
from server.config import Settings
from server.core.clock.loop import Clockwork
from server.core.database import event_log
from server.core.database.clock import DatabaseClock
from server.core.database.transaction import Store
from server.core.faults import named, without_values
from server.core.http import auth, errors, health, pages
from server.core.http.openapi import HuxueApi
from server.core.http.wire import Platform, RowNumber
from server.core.http.write_budgets import WriteBudgets
from server.core.live import api as live_api
from server.core.live.floods import Floods
from server.core.live.hub import Hub
from server.core.live.outboxes import bound
from server.core.live.presence import Presence
from server.core.live.reconnect_throttle import Arrivals
from server.core.live.redis_wakeup import Bell
from server.core.live.socket_authorizer import looking
from server.core.live.sockets import Sockets, closer, install
from server.core.live.unjoined_sockets import Nameless
from server.core.moments import moment
from server.delivery.api import channels, hooks, push_subscriptions, readiness, receipts
from server.delivery.channels.registry import channels_of
from server.demo import api as demo_api
from server.demo import messages_api
from server.duty.actions.group_commit import GroupWriter
from server.duty.actions.positions import PositionBuffer
from server.duty.api import check_ins, coverage, duty, people, positions, telephones
from server.engine import breathe, counted_sockets, in_real_thread, socket_mode
from server.exercise.api import device_tests, devices, drills
from server.people.api import approvals, guards, me, sessions
from server.places import api as places_api

logger = logging.getLogger("huxue")

AREAS = (
    reports,
    standing,
    alarms,
    approvals,
    audit_api,
    channels,
    check_ins,
    coverage,
    device_tests,
    devices,
    places_api,
    drills,
    escalation,
    live_api,
    guards,
    hooks,
    joint_response,
    me,
    people,
    positions,
    duty,
    push_subscriptions,
    readiness,
    receipts,
    sessions,
    telephones,
    units,
)
DEMO_AREAS = (demo_api, messages_api)


def create_app(settings: Settings, *, now: Callable[[], datetime] | None = None) -> Flask:
    """Put the parts together for one process; nothing runs in the background until ``start``."""
    app = Flask("server", static_folder=None)
    app.config.update(
        API_TITLE="Huxue",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=256 * 1024,
        HUXUE=settings,
    )
    app.url_map.converters["int"] = RowNumber
    store = Store(settings.database_url)
    clock = now or DatabaseClock(store).now
    buffer = PositionBuffer(store)
    writer = GroupWriter(store, clock)
    app.extensions["huxue.writer"] = writer
    limits = settings.limits()
    app.extensions["huxue"] = Platform(
        settings=settings,
        limits=limits,
        store=store,
        now=clock,
        write_check_in=writer.write,
        positions=buffer,
        in_real_thread=in_real_thread(settings.engine),
        writes=WriteBudgets(),
    )
    _make_api(app, settings)
    cli.register(app)
    _let_neighbours_run(app, settings)
    _make_live(app, settings, store, clock)
    clockwork = Clockwork(store, limits, clock, channels_of(settings, store), settings)
    app.extensions["huxue.clockwork"] = clockwork
    app.extensions["huxue.start"] = [writer.run, lambda: buffer.run(clock), clockwork.run]
    return app


def start(app: Flask) -> None:
    """Start what runs in the background of a serving process: hub, bell, writer, clock duties."""
    platform: Platform = app.extensions["huxue"]
    platform.store.warm()
    with platform.store.transaction(platform.now()) as transaction:
        event_log.leap(transaction.connection)
    hub: Hub = app.extensions["huxue.hub"]
    hub.start()
    tasks = [hub.run, *app.extensions["huxue.live"], *app.extensions["huxue.start"]]
    for task in tasks:
        threading.Thread(target=_forever, args=(task,), daemon=True).start()


def _make_api(app: Flask, settings: Settings) -> None:
    api = HuxueApi(app)
    for area in AREAS + (DEMO_AREAS if settings.demo else ()):
        api.register_blueprint(area.blueprint)
    errors.install(app)
    pages.install(app)
    health.install(app)


def _make_live(app: Flask, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
    socketio = SocketIO(
        app,
        async_mode=socket_mode(settings.engine),
        transports=["websocket"],
        ping_interval=20,
        ping_timeout=20,
        max_http_buffer_size=4096,
        cors_allowed_origins=[settings.public_url] if settings.secure else None,
    )
    sockets = Sockets()
    bell = Bell(settings.redis_url) if settings.redis_url else None
    hub = Hub(
        store,
        socketio,
        end_session=closer(app, sockets),
        wall_clock=lambda: moment(clock()),
        ring=bell.ring if bell else lambda: None,
    )
    store.wake = hub.wake
    floods = Floods()
    bound(socketio.server.eio, counted_sockets(settings.engine, floods.meter_of))
    presence = Presence(store, clock)
    install(socketio, hub, sockets, presence)
    app.wsgi_app = Arrivals(  # type: ignore[method-assign]
        app.wsgi_app, store.line, auth.actor_finder(app), wait_s=floods.wait_s
    )
    app.extensions["huxue.hub"] = hub
    app.extensions["huxue.floods"] = floods
    ringing = [bell.ring_forever, lambda: bell.listen_forever(hub.woken_from_outside)] if bell else []
    app.extensions["huxue.live"] = [
        presence.run,
        looking(app, store, sockets, [Nameless(socketio.server).look, floods.forget], clock),
        *ringing,
    ]


def _let_neighbours_run(app: Flask, settings: Settings) -> None:
    # Without it a burst of short handlers starves the sockets: p99 was 1.5 s, with it 73 ms.
    pause = breathe(settings.engine)

    @app.before_request
    def _pause() -> None:
        pause()


def _forever(task: Callable[[], None]) -> None:
    while True:
        try:
            task()
            return
        except Exception as failure:
            logger.error("background task failed: %s", named(failure), exc_info=without_values(failure))
            time.sleep(1)
