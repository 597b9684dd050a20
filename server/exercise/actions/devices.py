"""Gate devices: keys for them, and the signals that come in with a key instead of a session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.alarm.queries import posts
from server.alarm.service.presses import Raising, Source
from server.alarm.service.raising import raise_or_join
from server.core import audit
from server.core.access.roles import Act, Actor, columns_of_scope, require
from server.core.access.scope import sees
from server.core.database import rate_limits
from server.core.database.locks import Queue, wait_in
from server.core.database.rate_limits import Limit
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.exercise.queries import devices
from server.exercise.queries.devices import GateDevice
from server.exercise.rules.device import SignalKind
from server.exercise.rules.shapes import DeviceList, DeviceView, DeviceWithKey, KeptDevice, SignalView
from server.places.queries import post_codes

# Wrong keys from one network address. A right key is never counted: an alarm has no limit.
WRONG_KEYS = Limit(30, timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Device:
    """The gate device behind a call."""

    device_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class Signal:
    """What a device sent. Nothing of it is needed."""

    request_id: str | None = None
    test: bool = False
    post_id: int | None = None
    post_code: str | None = None
    not_understood: tuple[str, ...] = ()


def recognise(store: Store, *, key: str, address: str | None, now: datetime) -> Device:
    """Tell which device a key belongs to.

    Raises ``Refused``: ``unknown_device`` for an unknown, replaced or revoked key (audited, and kept as a signal
    of a device that once had it), ``too_many`` when wrong keys come from one address without end.
    """
    with store.read() as connection:
        found = devices.by_key(connection, key) if key else None
    if found is not None and found.revoked_at is None and found.key_hash == devices.hash_of(key):
        return Device(found.id, found.post_id)
    with store.transaction(now) as transaction:
        rate_limits.take(transaction.connection, f"device-key:{address or 'here'}", WRONG_KEYS, now)
        facts: dict[str, object] = {"address": address}
        if found is not None:
            _keep(transaction, found.id, SignalKind.OLD_KEY)
            facts |= {"device_id": found.id, "post_id": found.post_id}
        _audit(transaction, None, "refuse_device", facts)
    raise Refused("unknown_device")


def signal(store: Store, *, device: Device, sent: Signal, limits: Limits, now: datetime) -> SignalView:
    """Raise the alarm of a device's own post, or with ``test`` only keep that it works; gives the alarm's number.

    The same ``request_id`` again gives the first answer. Raises ``Refused("device_of_other_post")`` where the
    body names another post than the key's: that raises nothing anywhere, and is audited.
    """
    if _names_another_post(store, device, sent):
        with store.transaction(now) as transaction:
            _keep(transaction, device.device_id, SignalKind.OTHER_POST)
            facts = {"post_id": sent.post_id, "post_code": sent.post_code}
            _audit(transaction, None, "refuse_device", {"device_id": device.device_id, **facts})
        raise Refused("device_of_other_post")
    with store.transaction(now) as transaction:
        connection = transaction.connection
        # The post's queue before the device's row, as every press takes them.
        wait_in(connection, Queue.POST, device.post_id)
        row = devices.by_id(connection, device.device_id, lock=True)
        if row is None or row.revoked_at is not None:
            raise Refused("unknown_device")
        first = devices.signal_of(connection, row.id, sent.request_id) if sent.request_id else None
        # A press that follows a test under the same number is a press all the same.
        if first is not None and (sent.test or first.alarm_id is not None):
            return {"alarm_id": first.alarm_id}
        if sent.test:
            _keep(transaction, row.id, SignalKind.TEST, request_id=sent.request_id)
            _audit(transaction, None, "test_device", {"device_id": row.id, "post_id": row.post_id})
            return {"alarm_id": None}
        raised = raise_or_join(transaction, _raising(transaction, row, sent), limits)
        request_id = sent.request_id if first is None else None
        _keep(transaction, row.id, SignalKind.ALARM, request_id=request_id, alarm_id=raised["id"])
        return {"alarm_id": raised["id"]}


def listed(store: Store, *, actor: Actor) -> DeviceList:
    """List the devices in the actor's scope by post, revoked ones too."""
    require(actor, Act.SEE_DEVICES)
    with store.read() as connection:
        return {"items": [devices.view(row) for row in devices.within(connection, **columns_of_scope(actor))]}


def issue(
    store: Store, *, actor: Actor | None, request_id: str | None, post_id: int, label: str, now: datetime
) -> DeviceWithKey:
    """Make a device at a post, and give it with its key, which is shown this once.

    ``actor`` is ``None`` for whoever runs the server. A retry gives the device without its key: rotate it then.
    Raises ``Refused("not_found")`` for a post outside the actor's scope.
    """
    if actor is not None:
        require(actor, Act.KEEP_DEVICES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        made = _first(transaction, actor, request_id, "issue_device", [post_id, label])
        if made is not None:
            _hold(transaction, actor, made)
            return _shown(transaction, made, None)
        if actor is not None:
            _check_post(transaction, actor, post_id)
        key, key_hash = devices.new_key()
        number = devices.add(connection, post_id=post_id, label=label, key_hash=key_hash, issued_at=now)
        return _done(transaction, actor, request_id, "issue_device", number, key)


def rotate(
    store: Store, *, actor: Actor | None, request_id: str | None, device_id: int, now: datetime
) -> DeviceWithKey:
    """Give a device another key, shown this once; the one it had is good for nothing from now.

    Raises ``Refused``: ``not_found``, ``device_revoked``.
    """
    if actor is not None:
        require(actor, Act.KEEP_DEVICES)
    with store.transaction(now) as transaction:
        first = _first(transaction, actor, request_id, "rotate_device", device_id)
        row = _hold(transaction, actor, device_id)
        if first is not None:
            return _shown(transaction, device_id, None)
        if row.revoked_at is not None:
            raise Refused("device_revoked")
        key, key_hash = devices.new_key()
        devices.change(
            transaction.connection, device_id, key_hash=key_hash, old_key_hash=row.key_hash, rotated_at=now
        )
        return _done(transaction, actor, request_id, "rotate_device", device_id, key)


def revoke(
    store: Store, *, actor: Actor | None, request_id: str | None, device_id: int, now: datetime
) -> DeviceWithKey:
    """Take a device's key away for good. Revoking again changes nothing. Raises ``Refused("not_found")``."""
    if actor is not None:
        require(actor, Act.KEEP_DEVICES)
    with store.transaction(now) as transaction:
        first = _first(transaction, actor, request_id, "revoke_device", device_id)
        row = _hold(transaction, actor, device_id)
        if first is not None or row.revoked_at is not None:
            return _shown(transaction, device_id, None)
        devices.change(transaction.connection, device_id, revoked_at=now)
        return _done(transaction, actor, request_id, "revoke_device", device_id, None)


def find_post(store: Store, post: str) -> int:
    """Find a post by number, code or exact name for a command. Raises ``Refused("unknown_post")``."""
    with store.read() as connection:
        found = post_codes.find(connection, post)
    if found is None:
        raise Refused("unknown_post")
    return found


def all_listed(store: Store) -> list[DeviceView]:
    """List every device for a command."""
    with store.read() as connection:
        return [devices.view(row) for row in devices.within(connection)]


def _names_another_post(store: Store, device: Device, sent: Signal) -> bool:
    if sent.post_id is not None and sent.post_id != device.post_id:
        return True
    if sent.post_code is None:
        return False
    with store.read() as connection:
        return not posts.is_code_of(connection, sent.post_code, device.post_id)


def _raising(transaction: Transaction, row: GateDevice, sent: Signal) -> Raising:
    post = posts.by_id(transaction.connection, row.post_id, row.district_id)
    assert post is not None
    facts: dict[str, object] = {"device_id": row.id, "label": row.label}
    if sent.not_understood:
        facts["not_understood"] = list(sent.not_understood)
    return Raising(post=post, source=Source.DEVICE, actor_id=None, raised_by=None, facts=facts)


def _keep(
    transaction: Transaction,
    device_id: int,
    kind: SignalKind,
    *,
    request_id: str | None = None,
    alarm_id: int | None = None,
) -> None:
    devices.add_signal(
        transaction.connection,
        device_id=device_id,
        at=transaction.now,
        kind=kind,
        request_id=request_id,
        alarm_id=alarm_id,
    )


def _check_post(transaction: Transaction, actor: Actor, post_id: int) -> None:
    post = posts.by_id(transaction.connection, post_id, actor.district_id)
    if post is None or not sees(actor, post):
        raise Refused("not_found")


def _hold(transaction: Transaction, actor: Actor | None, device_id: int) -> GateDevice:
    row = devices.by_id(transaction.connection, device_id, lock=True)
    if row is None or (actor is not None and not sees(actor, row)):
        raise Refused("not_found")
    return row


def _first(
    transaction: Transaction, actor: Actor | None, request_id: str | None, act: str, body: object
) -> int | None:
    """Give the device that a request made before was about, else claim it."""
    if actor is None or request_id is None:
        return None
    first = transaction.remember(actor.account_id, request_id, act, body, shape=KeptDevice)
    return None if first is None else first["device_id"]


def _done(
    transaction: Transaction,
    actor: Actor | None,
    request_id: str | None,
    act: str,
    device_id: int,
    key: str | None,
) -> DeviceWithKey:
    """Answer and audit what was done to a device; its key stands in neither."""
    if actor is not None and request_id is not None:
        transaction.answer(actor.account_id, request_id, {"device_id": device_id})
    _audit(transaction, actor, act, {"device_id": device_id})
    return _shown(transaction, device_id, key)


def _shown(transaction: Transaction, device_id: int, key: str | None) -> DeviceWithKey:
    row = devices.by_id(transaction.connection, device_id)
    assert row is not None
    return {"device": devices.view(row), "key": key}


def _audit(transaction: Transaction, actor: Actor | None, act: str, facts: dict[str, object]) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id if actor else None,
        act=act,
        facts=facts,
    )
