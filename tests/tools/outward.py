"""A server of real use whose every way out leads to one gateway on loopback, and what phones have there."""

from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from sqlalchemy import select

from server.alarm.service import calls
from server.alarm.tables.alarms import Alarm
from server.config import Settings, read_settings
from server.core.database.transaction import Store
from server.delivery.channels.push import new_keys
from server.delivery.channels.registry import Channels, channels_of
from server.delivery.jobs.messages import send_due
from server.delivery.queries import hooks, push_subscriptions
from server.delivery.rules.channels import ChannelName, HookFormat, channel_of
from server.delivery.tables import message
from tests.tools.gateway import Gateway
from tests.tools.keys import TEST_KEYS

SECRET = "a secret of the tests, of at least 32 characters"
AUTH = "AAECAwQFBgcICQoLDA0ODw"
KEY = "B" + "A" * 86
APPLE = "https://web.push.apple.com/QExampleOfAnEndpoint"
PUBLIC_KEY, PRIVATE_KEY = new_keys()


def real_settings(gateway: Gateway, **more: str) -> Settings:
    """Give settings of real use with all channels set up, each on the gateway."""
    return read_settings(
        {
            "HUXUE_PUBLIC_URL": "https://huxue.example",
            "HUXUE_KEYS": TEST_KEYS,
            "HUXUE_DATABASE_URL": "sqlite:////var/lib/huxue/huxue.db",
            "HUXUE_SMS_URL": gateway.url,
            "HUXUE_SMS_SECRET": SECRET,
            "HUXUE_SMS_HOSTS": "127.0.0.1",
            "HUXUE_SMS_PRIVATE": "1",
            "HUXUE_PUSH_PUBLIC_KEY": PUBLIC_KEY,
            "HUXUE_PUSH_PRIVATE_KEY": PRIVATE_KEY,
            "HUXUE_PUSH_SUBJECT": "mailto:ops@huxue.example",
            "HUXUE_PUSH_HOSTS": "127.0.0.1",
            "HUXUE_PUSH_PRIVATE": "1",
            "HUXUE_HOOK_HOSTS": "127.0.0.1",
            "HUXUE_HOOK_PRIVATE": "1",
            **more,
        }
    )


def real_channels(settings: Settings, store: Store) -> Channels:
    """Make the channels of those settings."""
    return channels_of(settings, store)


def at(gateway: Gateway, path: str) -> str:
    """Give the gateway's address with another path."""
    parts = urlsplit(gateway.url)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def new_browser() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """Make the key pair of a browser's subscription: the private key, and the public one's 65 bytes."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key, key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def add_hook(store: Store, district_id: int, gateway: Gateway, now: datetime, **values: Any) -> int:
    """Add a webhook of a district on the gateway."""
    kind = HookFormat(values.pop("format", "plain"))
    with store.transaction(now) as transaction:
        return hooks.add(
            transaction.connection,
            **{
                "district_id": district_id,
                "station_id": None,
                "format": kind.value,
                "channel": channel_of(kind).value,
                "name": f"群 {kind.value}",
                "url": at(gateway, f"/{kind.value}"),
                "secret": SECRET,
                "enabled": True,
                **values,
            },
            now=now,
        )


def add_subscription(store: Store, account_id: int, gateway: Gateway, now: datetime, key: str) -> int:
    """Let an account's browser have agreed to pushes that go through the gateway."""
    with store.transaction(now) as transaction:
        return push_subscriptions.keep(
            transaction.connection,
            account_id=account_id,
            endpoint=at(gateway, f"/push/{account_id}/{key[-8:]}"),
            p256dh=key,
            auth=AUTH,
            device=None,
            now=now,
        )


def subscription(**more: Any) -> dict[str, Any]:
    """Give what a browser says of its subscription to pushes."""
    return {"endpoint": APPLE, "p256dh": KEY, "auth": AUTH, **more}


def send(app: Flask, now: datetime) -> None:
    """Send what is due by the application's own channels, and wait until it is sent."""
    here = app.extensions["huxue"]
    send_all(here.store, channels_of(here.settings, here.store), now)


def send_all(store: Store, channels: Channels, now: datetime) -> int:
    """Send what is due, and wait until it is sent; gives how many senders that took."""
    tasks = send_due(store, channels, now)
    for task in tasks:
        task.join(60)
    return len(tasks)


def call_by_all_channels(
    store: Store, alarm: Alarm, who: list[int], real: Settings, now: datetime, **more: Any
) -> int:
    """Call people and the rooms of an alarm's station, whoever rests; gives how many receivers that were."""
    with store.transaction(now) as transaction:
        return calls.call(
            transaction,
            alarm,
            who,
            tier=1,
            channels=frozenset(ChannelName),
            limits=real.limits(),
            rooms=True,
            at_once=True,
            **more,
        ).receivers


def messages_in(store: Store) -> list[Any]:
    """Read all messages, the oldest first."""
    with store.read() as connection:
        return list(connection.execute(select(message).order_by(message.c.id)).mappings())


def encoded(key: bytes) -> str:
    """Write a browser's public key as it writes it itself."""
    return urlsafe_b64encode(key).decode().rstrip("=")
