"""The built PWA, and the headers that every answer carries."""

from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

from server.core.http.auth import allow_public
from server.core.http.errors import problem

BUILD = Path(__file__).parents[3] / "pwa" / "dist"
# The build before this one: a page that was opened then still loads its parts.
PREVIOUS_BUILD = Path(__file__).parents[3] / "pwa" / "dist-previous"

POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:{tiles}; connect-src 'self'{sockets}{tiles}; media-src 'self' blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


OWN = ("/api/", "/metrics")


def install(app: Flask) -> None:
    """Serve the PWA at every path that is no API's, and put the security headers on all answers."""

    @app.get("/assets/<path:name>")
    @allow_public
    def _asset(name: str) -> Response:
        path = f"assets/{name}"
        folder = next((one for one in (BUILD, PREVIOUS_BUILD) if _is_there(path, one)), None)
        if folder is None:
            return problem("not_found", 404)
        answer = send_from_directory(folder / "assets", name, max_age=31_536_000)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer

    @app.route("/api/<path:name>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    @allow_public
    def _no_such_route(name: str) -> Response:  # noqa: ARG001 - the path is not read
        return problem("not_found", 404)

    @app.get("/")
    @app.get("/<path:name>")
    @allow_public
    def _page(name: str = "") -> Response:
        if name and _is_there(name):
            answer = send_from_directory(BUILD, name)
        elif name.startswith("socket.io") or "." in name.rpartition("/")[2]:
            # A file that is missing is said to be missing; only the addresses of pages all answer with the one page.
            return problem("not_found", 404)
        elif _is_there("index.html"):
            answer = send_from_directory(BUILD, "index.html")
        else:
            return Response("The PWA is not built: run make run.", 503, content_type="text/plain")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    _guard(app)


def _guard(app: Flask) -> None:
    """Put the security headers on all answers."""
    always = [
        ("Content-Security-Policy", _policy(app)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        # For browsers that do not know frame-ancestors yet.
        ("X-Frame-Options", "DENY"),
    ]
    if app.config["HUXUE"].secure:
        always.append(("Strict-Transport-Security", "max-age=31536000"))
    with_no_store = [("Cache-Control", "no-store"), *always]

    inner = app.wsgi_app

    def guarded(environ: dict[str, Any], start_response: Any) -> Any:
        own = environ.get("PATH_INFO", "").startswith(OWN)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            # What names people no browser keeps.
            stores = own and not any(name == "Cache-Control" for name, _value in headers)
            return start_response(status, headers + (with_no_store if stores else always), *more)

        return inner(environ, start)

    app.wsgi_app = guarded  # type: ignore[method-assign]


def _is_there(name: str, folder: Path = BUILD) -> bool:
    try:
        return (folder / name).is_file()
    except OSError:
        # A name longer than any file's.
        return False


def _policy(app: Flask) -> str:
    settings = app.config["HUXUE"]
    tiles = ""
    if settings.tile_url:
        scheme, _, rest = settings.tile_url.partition("://")
        tiles = f" {scheme}://{rest.split('/')[0].replace('{s}', '*')}"
    # Older WebKit does not count ws:// of the same host as 'self'.
    host = settings.public_url.partition("://")[2].rstrip("/")
    sockets = f" {'wss' if settings.secure else 'ws'}://{host}"
    return POLICY.format(tiles=tiles, sockets=sockets)
