"""A service that speaks S3 on loopback (moto): it checks signatures, and misbehaves as such services do when told to.

Documented in Amazon's list of error codes: 503 ``SlowDown``, 403 ``RequestTimeTooSkewed``, 500 ``InternalError``.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import botocore.session  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from moto import settings as moto_settings
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

BUCKET, REGION = "huxue-files", "us-east-1"
ANSWERS = {
    "slow_down": ("503 Slow Down", "SlowDown"),
    "skewed": ("403 Forbidden", "RequestTimeTooSkewed"),
    "broken": ("500 Internal Server Error", "InternalError"),
    "garbage": ("416 Requested Range Not Satisfiable", "InvalidRange"),
}


@dataclass
class Service:
    """A running service with one bucket and one key.

    ``how`` is "", one of ``ANSWERS``, ``hang`` or ``half`` (each answer of a file breaks off), for one call with
    ``_once`` behind it.
    """

    port: int = 0
    key: str = ""
    secret: str = field(default="", repr=False)
    how: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)
    # How many bytes came at once at most.
    largest: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    hanging: int = 0
    fewer_hang: threading.Condition = field(default_factory=threading.Condition)

    def go_on(self) -> None:
        """Let go of the calls that hang, and return when they are done: what was put meanwhile is there then."""
        self.stopping.set()
        self.stopping = threading.Event()
        with self.fewer_hang:
            assert self.fewer_hang.wait_for(lambda: self.hanging == 0, 30)

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Let a call hang, then do it."""
        with self.fewer_hang:
            self.hanging += 1
        try:
            self.stopping.wait(120)
            yield
        finally:
            with self.fewer_hang:
                self.hanging -= 1
                self.fewer_hang.notify_all()

    @property
    def url(self) -> str:
        """Give the address of the service."""
        return f"http://127.0.0.1:{self.port}"

    def settings(self, prefix: str = "made", **other: str) -> dict[str, str]:
        """Give the settings of a server that keeps its files here."""
        return {
            "HUXUE_FILES": f"s3://{BUCKET}/{prefix}",
            "HUXUE_FILES_ENDPOINT": self.url,
            "HUXUE_FILES_KEY": self.key,
            "HUXUE_FILES_SECRET": self.secret,
            **other,
        }

    def client(self, service: str = "s3") -> Any:
        """Give a client that looks past our own store."""
        return botocore.session.Session().create_client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=self.key or "none",
            aws_secret_access_key=self.secret or "none",
            config=Config(s3={"addressing_style": "path"}),
        )


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_about: object) -> None:
        """Say nothing."""


@contextmanager
def bucket_service() -> Iterator[Service]:
    """Serve until the block ends."""
    service = Service()
    inner = DomainDispatcherApplication(create_backend_app)

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return _answer(service, inner, environ, start)

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=_Quiet)
    service.port = server.server_port
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        _set_up(service)
        yield service
    finally:
        service.stopping.set()
        moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
        server.shutdown()
        serving.join()


def _set_up(service: Service) -> None:
    moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
    people = service.client("iam")
    name = f"huxue-{service.port}"
    people.create_user(UserName=name)
    policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
    people.put_user_policy(UserName=name, PolicyName="files", PolicyDocument=policy)
    made = people.create_access_key(UserName=name)["AccessKey"]
    service.client().create_bucket(Bucket=BUCKET)
    service.key, service.secret = made["AccessKeyId"], made["SecretAccessKey"]
    # From now on signatures and rights are checked.
    moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    service.calls.clear()


def _answer(service: Service, inner: Any, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    method = str(environ["REQUEST_METHOD"])
    service.calls.append((method, f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"))
    service.largest = max(service.largest, int(environ.get("CONTENT_LENGTH") or 0))
    how = _takes(service, method, environ["QUERY_STRING"])
    if how == "hang":
        with service.hung():
            return list(inner(environ, start))
    if how in ANSWERS:
        status, code = ANSWERS[how]
        # What was sent is read first: a connection closed before that is another fault.
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
        start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
        return [body]
    whole: Iterable[bytes] = inner(environ, start)
    if how == "half":
        body = b"".join(whole)
        return [body[: len(body) // 2]]
    return whole


def _takes(service: Service, method: str, query: str) -> str:
    """Tell how a call is answered; what stands for one call alone is over then."""
    how = service.how.removesuffix("_once")
    if how == "half" and (method != "GET" or "list-type" in query):
        return ""
    if service.how.endswith("_once"):
        service.how = ""
    return how
