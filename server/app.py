"""The composition root: puts the parts of a process together. What the areas bring stands in ``server.areas``."""

import gc
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Flask, request
from flask_socketio import SocketIO

from server import cli
from server.areas import AREAS, open_store
from server.config import Settings
from server.core.area import Areas
from server.core.clock import retention
from server.core.clock.duty import Duty
from server.core.clock.loop import Clockwork
from server.core.clock.row_retry import RowRetry
from server.core.database import event_log, psycopg_waits
from server.core.database.clock import DatabaseClock
from server.core.database.sealing.ring import KeyRing, source_of
from server.core.database.sealing.state import watch
from server.core.database.transaction import Store
from server.core.faults import named, without_values
from server.core.files.clips.checker import ClipChecker
from server.core.files.pictures.maker import PictureMaker
from server.core.files.store import FileStore
from server.core.files.store.opening import files_of, open_files
from server.core.http import auth, errors, health, pages
from server.core.http.json_answers import JsonAnswers
from server.core.http.openapi import HuxueApi
from server.core.http.turns import WAITS
from server.core.http.wire import Platform, RowNumber
from server.core.http.write_budgets import WriteBudgets
from server.core.jobs import sweeping
from server.core.jobs.child import WorkerChild
from server.core.jobs.desk import Desk
from server.core.limits import Limits
from server.core.live.floods import Floods
from server.core.live.frames import Frames
from server.core.live.hub import Hub
from server.core.live.outboxes import bound
from server.core.live.presence import Presence
from server.core.live.reconnect_throttle import ReconnectThrottle
from server.core.live.redis_wakeup import RedisWakeup
from server.core.live.socket_authorizer import socket_authorizer
from server.core.live.sockets import Sockets, closer, install
from server.core.live.unjoined_sockets import UnjoinedSocketReaper
from server.core.moments import moment
from server.demo.area import AREA as DEMO
from server.engine import counted_sockets, green_wait, in_real_thread, socket_mode, yield_to_others

logger = logging.getLogger("huxue")

# So many more objects than went are there before the collector looks through the new ones: a request of 700 would have
# it look at all that are under way.
NEW_OBJECTS = 20_000

ALL_AREAS = Areas((*AREAS, DEMO))


def create_app(settings: Settings, *, now: Callable[[], datetime] | None = None) -> Flask:
    """Put the parts together for one process; nothing runs in the background until ``start``."""
    app = _new_flask(settings)
    store = open_store(settings.database_url, KeyRing(source_of(settings)))
    psycopg_waits.use(green_wait(settings.engine))
    clock = now or DatabaseClock(store).now
    limits = settings.limits()
    parts = ALL_AREAS.parts(store, clock)
    kept_in = files_of(settings)
    files = open_files(kept_in, settings.database_url)
    app.extensions["huxue"] = Platform(
        settings=settings,
        limits=limits,
        store=store,
        files=files,
        pictures=PictureMaker(),
        clips=ClipChecker(),
        now=clock,
        areas=ALL_AREAS,
        parts={type(part.thing): part.thing for part in parts},
        in_real_thread=in_real_thread(settings.engine),
        writes=WriteBudgets(),
    )
    _make_api(app, settings)
    cli.register(app, ALL_AREAS)
    _let_neighbours_run(app, settings)
    _make_live(app, settings, store, clock)
    clockwork = Clockwork(store, clock, _duties(store, settings, limits), ALL_AREAS.due_times())
    # Beside the other: a store of files that hangs holds up no step of an alarm.
    sweeping_up = Clockwork(store, clock, _duties_of_files(store, files))
    app.extensions["huxue.clockwork"] = clockwork
    app.extensions["huxue.clockworks"] = [clockwork, sweeping_up]
    app.extensions["huxue.start"] = [*(part.run for part in parts), clockwork.run, sweeping_up.run]
    if kept_in.bucket:
        app.extensions["huxue.start"].append(partial(sweeping.say_if_away, files))
    if store.is_sqlite:
        desk = Desk(store, clock, ALL_AREAS.job_kinds(), limits)
        child = WorkerChild(desk, settings.database_url, kept_in, source_of(settings))
        app.extensions["huxue.start"].append(child.run)
    return app


def _new_flask(settings: Settings) -> Flask:
    app = Flask("server", static_folder=None)
    app.json = JsonAnswers(app)
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
    return app


def start(app: Flask) -> None:
    """Start what runs in the background of a serving process: hub, wake-up, writer, clock duties."""
    platform: Platform = app.extensions["huxue"]
    platform.store.warm()
    with platform.store.transaction(platform.now()) as transaction:
        event_log.leap(transaction.connection)
    hub: Hub = app.extensions["huxue.hub"]
    hub.start()
    looking = watch(platform.store)
    tasks = [hub.run, looking, *app.extensions["huxue.live"], *app.extensions["huxue.start"]]
    for task in tasks:
        threading.Thread(target=_forever, args=(task,), daemon=True).start()
    # What is loaded by now lasts: each time that the collector looked through it, all stood still for 150 ms.
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


def _duties(store: Store, settings: Settings, limits: Limits) -> list[Duty]:
    """Make the duties of the clock; deleting what is old is everybody's."""

    def purge(now: datetime, kinds: RowRetry) -> dict[str, int]:
        return retention.purge(store, ALL_AREAS.old_rows(settings, now), now, kinds)

    return [*ALL_AREAS.duties(store, limits), Duty(10.0, RowRetry("retention"), purge)]


def _duties_of_files(store: Store, files: FileStore) -> list[Duty]:
    def sweep(now: datetime, rows: RowRetry) -> int:
        return sweeping.sweep(store, files, now, rows)

    def sweep_unknown(now: datetime, rows: RowRetry) -> int:
        return sweeping.sweep_unknown(store, files, now, rows)

    return [Duty(60.0, RowRetry("files"), sweep), Duty(3600.0, RowRetry("unknown_files"), sweep_unknown)]


def _make_api(app: Flask, settings: Settings) -> None:
    api = HuxueApi(app)
    for blueprint in ALL_AREAS.blueprints(demo=settings.demo):
        api.register_blueprint(blueprint)
    errors.install(app)
    pages.install(app)
    health.install(app)


def _make_live(app: Flask, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
    pages = app.wsgi_app
    socketio = SocketIO(
        app,
        async_mode=socket_mode(settings.engine),
        transports=["websocket"],
        ping_interval=20,
        ping_timeout=20,
        max_http_buffer_size=4096,
        cors_allowed_origins=[settings.public_url] if settings.secure else None,
    )
    frames = Frames(socketio)
    sockets = Sockets()
    wakeup = RedisWakeup(settings.redis_url) if settings.redis_url else None
    hub = Hub(
        store,
        frames,
        end_session=closer(app, sockets),
        wall_clock=lambda: moment(clock()),
        notify=wakeup.notify if wakeup else lambda: None,
    )
    store.wake = hub.wake
    floods = Floods()
    bound(socketio.server.eio, frames.door(counted_sockets(settings.engine, floods.meter_of)))
    presence = Presence(store, clock)
    install(socketio, hub, sockets, presence, as_seen=ALL_AREAS.events_as_seen)
    app.wsgi_app = ReconnectThrottle(  # type: ignore[method-assign]
        app.wsgi_app, pages, store.admission, auth.actor_finder(app), wait_s=floods.wait_s
    )
    app.extensions["huxue.hub"] = hub
    app.extensions["huxue.floods"] = floods
    often = [UnjoinedSocketReaper(socketio.server).look, floods.forget]
    listening = socket_authorizer(app, store, sockets, ALL_AREAS.rooms_of_sessions, often, clock)
    waking = [wakeup.publish_forever, lambda: wakeup.listen_forever(hub.woken_from_outside)] if wakeup else []
    app.extensions["huxue.live"] = [presence.run, listening, *waking]


def _let_neighbours_run(app: Flask, settings: Settings) -> None:
    waiting = {name for name, view in app.view_functions.items() if getattr(view, WAITS, False)}
    # Without it a burst of short handlers starves the sockets: p99 was 1.5 s, with it 73 ms.
    pause = yield_to_others(settings.engine)

    @app.before_request
    def _pause() -> None:
        # Whoever hands over to the writer lets others run while he waits.
        if request.endpoint not in waiting:
            pause()


def _forever(task: Callable[[], None]) -> None:
    while True:
        try:
            task()
            return
        except Exception as failure:
            logger.error("background task failed: %s", named(failure), exc_info=without_values(failure))
            time.sleep(1)
