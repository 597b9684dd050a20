"""Who may call a route: declared beside it, checked before its body is read, and once more when it has come."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, g, request
from werkzeug.http import parse_cookie

from server.core.access.roles import AccountStatus, Actor, Role
from server.core.access.sessions import KEPT_SESSION, Session, waits
from server.core.http.bodies import whole_body
from server.core.http.proxies import on_this_machine
from server.core.http.wire import Platform, platform, the_request
from server.core.refused import Refused

View = TypeVar("View", bound=Callable[..., Any])

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def cookie_name() -> str:
    """Give the cookie's name: browsers take the ``__Host-`` prefix over HTTPS only."""
    return _cookie_name(platform())


def _cookie_name(here: Platform) -> str:
    return "__Host-huxue" if here.settings.secure else "huxue"


def allow(*roles: Role, reads_body: bool = False) -> Callable[[View], View]:
    """Let only accounts of some roles call a route.

    A write's body is read here, for whoever sends it slowly may have lost his rights meanwhile. ``reads_body``: the
    route does that by itself, and asks for ``actor_by_now`` afterwards.

    Raises ``Refused``: ``no_session``, ``bad_csrf_token``, ``foreign_origin``, ``not_your_role``, and ``too_many`` for
    an account that writes without end, and ``busy`` for a body that does not come.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def checked(*arguments: Any, **named: Any) -> Any:
            # Taken out of their proxies once: each look through one costs as much as a look into a dictionary.
            here, asked = platform(), the_request()
            writes = asked.method not in SAFE_METHODS
            if writes:
                _check_origin(here, asked)
            found = _signed_in(here, asked)
            actor, csrf_token = found.actor, found.csrf_token
            if writes and not compare_digest(
                asked.environ.get("HTTP_X_CSRF_TOKEN", "").encode(), csrf_token.encode()
            ):
                raise Refused("bad_csrf_token")
            if actor.role not in roles:
                raise Refused("not_your_role")
            if writes:
                here.writes.spend(actor.account_id, asked.endpoint or "")
                if not reads_body and whole_body(asked):
                    actor = actor_by_now(*roles)
            g.actor = actor
            return view(*arguments, **named)

        checked.allowed = roles  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return declare


def allow_public(view: View) -> View:
    """Let anybody call a route; a write must still come from our own pages."""

    @wraps(view)
    def checked(*arguments: Any, **named: Any) -> Any:
        asked = the_request()
        if asked.method not in SAFE_METHODS:
            _check_origin(platform(), asked)
        return view(*arguments, **named)

    checked.allowed = "public"  # type: ignore[attr-defined]
    return checked  # type: ignore[return-value]


def only_here(view: View) -> View:
    """Refuse (``loopback_only``) a call from elsewhere, or through a proxy that no setting names."""

    @wraps(view)
    def checked(*arguments: Any, **named: Any) -> Any:
        if not on_this_machine():
            raise Refused("loopback_only")
        return view(*arguments, **named)

    return checked  # type: ignore[return-value]


def proved(view: View) -> View:
    """Let nobody call a route who has not proved lately that it is still he who sits there; below ``allow``.

    The sign-in counts, then his password (``POST /api/me/proof``); who has none, in the demo, is asked for nothing.
    Raises ``Refused``: ``proof_needed``.
    """

    @wraps(view)
    def checked(*arguments: Any, **named: Any) -> Any:
        # He may have proved it at another process this moment: before it is asked for, the database has the word.
        if _lacks_proof(_kept) and _lacks_proof(_read):
            raise Refused("proof_needed")
        return view(*arguments, **named)

    checked.proved = True  # type: ignore[attr-defined]
    return checked  # type: ignore[return-value]


def _lacks_proof(find: "Find") -> bool:
    here = platform()
    found = _signed_in(here, the_request(), find)
    lasts = timedelta(minutes=here.settings.proof_minutes)
    return bool(lasts) and found.proved_at is not None and here.now() >= found.proved_at + lasts


EVERYBODY = tuple(Role)
CONSOLE = (Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISPATCHER, Role.DISTRICT_ADMIN)


def current_actor() -> Actor:
    """Give the account that calls; only within a route that declared ``allow``."""
    actor: Actor = g.actor
    return actor


def actor_by_now(*roles: Role) -> Actor:
    """Give the account that calls as it is by now, however long ago the call began.

    Raises ``Refused``: ``no_session``, ``not_your_role``.
    """
    actor = _signed_in(platform(), the_request()).actor
    if actor.role not in roles:
        raise Refused("not_your_role")
    return actor


def actor_if_any() -> Actor | None:
    """Give the account that calls a public route, or ``None`` without a live session."""
    try:
        return _signed_in(platform(), the_request()).actor
    except Refused:
        return None


def actor_finder(app: Flask) -> Callable[[dict[str, Any]], Actor | None]:
    """Make the function that gives the account that a raw request comes from, ``None`` without a live session."""
    here: Platform = app.extensions["huxue"]
    cookie = _cookie_name(here)

    def find(environ: dict[str, Any]) -> Actor | None:
        found = _session_of(here, parse_cookie(environ).get(cookie), _kept)
        return found.actor if found is not None and _lives(found, here.now()) else None

    return find


def actor_even_if_ended() -> tuple[Actor | None, str]:
    """Give the account of a session in whatever state, for alarms, and that state.

    The state is ``active``, ``ended``, ``expired`` or ``suspended``.
    """
    here = platform()
    found = _session_of(here, request.cookies.get(_cookie_name(here)), _read)
    if found is None:
        return None, "ended"
    if found.actor.status == AccountStatus.SUSPENDED:
        return found.actor, "suspended"
    if found.ended_at is not None:
        return found.actor, "ended"
    return found.actor, "expired" if found.expires_at <= here.now() else "active"


Find = Callable[[Platform, str], Session | None]


def _session_of(here: Platform, token: str | None, find: Find) -> Session | None:
    return find(here, token) if token else None


def _read(here: Platform, token: str) -> Session | None:
    """Read a session: before an alarm stands nothing but the database."""
    with here.store.read() as connection:
        found = here.areas.find_session(connection, token)
    if found is None or not here.settings.separate_roles:
        return found
    return replace(found, actor=replace(found.actor, separate=True))


def _kept(here: Platform, token: str) -> Session | None:
    """Give a session as this process keeps it."""
    key = sha256(token.encode()).digest()

    def read(_missing: list[bytes]) -> dict[bytes, Session]:
        found = _read(here, token)
        return {key: found} if found is not None else {}

    return here.store.kept.each(KEPT_SESSION, [key], read).get(key)


def _lives(found: Session, now: datetime) -> bool:
    return (
        found.ended_at is None and found.expires_at > now and not waits(found.actor.role, found.actor.status)
    )


def _signed_in(here: Platform, asked: Request, find: Find | None = None) -> Session:
    found = _session_of(here, asked.cookies.get(_cookie_name(here)), find or _kept)
    if found is None or not _lives(found, here.now()):
        raise Refused("no_session")
    return found


def _check_origin(here: Platform, asked: Request) -> None:
    """Refuse a write that another site's page sent; programs without these headers have no victim's cookie."""
    sent = asked.environ
    if sent.get("HTTP_SEC_FETCH_SITE", "same-origin") not in {"same-origin", "none"}:
        raise Refused("foreign_origin")
    origin = sent.get("HTTP_ORIGIN")
    if origin is not None and _host_of(origin) not in {
        asked.host,
        urlsplit(here.settings.public_url).netloc,
    }:
        raise Refused("foreign_origin")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
