"""An alarm's call to a chat room against doubles of the three services: a limit is waited out, a wrong key is final."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from server.alarm.service import calls
from server.alarm.tables.alarms import Alarm
from server.config import Settings
from server.core.database.transaction import Store
from server.delivery.channels.hooks import ChatRobots
from server.delivery.channels.registry import Channels, hook_bounds
from server.delivery.jobs.outcomes import MOST_REST_S
from server.delivery.queries import hooks
from server.delivery.rules.channels import ChannelName, HookFormat
from server.delivery.tables import Hook
from tests.tools import chat_services
from tests.tools.chat_services import KEY, SECRET, ChatService
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.gateway import Gateway
from tests.tools.outward import add_hook, real_channels, send_all

WECOM, DINGTALK, FEISHU = HookFormat.WECOM, HookFormat.DINGTALK, HookFormat.FEISHU
BUSY = {WECOM: "code_-1", DINGTALK: "code_-1", FEISHU: "code_9499"}
TOO_FAST = {WECOM: "code_45009", DINGTALK: "code_130101", FEISHU: "code_11232"}
WRONG_KEY = {WECOM: "code_93000", DINGTALK: "code_300001", FEISHU: "code_19001"}
# From the try to the next one.
LIMIT_REST_S, BUSY_REST_S = 15, 2


@dataclass
class Room:
    """A chat room of the district, and the clock."""

    service: ChatService
    store: Store
    clock: WoundClock
    settings: Settings
    district: SmallDistrict
    hook_id: int = 0

    def use(self, gateway: Gateway, *, key: str = KEY, secret: str | None = SECRET) -> None:
        """Note the robot's address in the district, as a console would."""
        self.hook_id = add_hook(
            self.store,
            self.district.district_id,
            gateway,
            self.clock.now(),
            format=self.service.format.value,
            url=self.service.url(key),
            secret=None if self.service.format is WECOM else secret,
        )
        self.channels: Channels = real_channels(self.settings, self.store)
        bounds = hook_bounds(self.settings)
        # Signatures hold for an hour of the service's clock, which is wound here.
        self.channels.by_name["chat"] = ChatRobots(self._find, bounds, lambda: self.clock.now().timestamp())

    def _find(self, number: int) -> Hook | None:
        with self.store.read() as connection:
            return hooks.by_id(connection, number)

    def call(self, alarm: Alarm) -> None:
        """Let a step of an alarm call the room, and send what that wrote."""
        chat = frozenset({ChannelName.CHAT})
        with self.store.transaction(self.clock.now()) as transaction:
            calls.call(
                transaction, alarm, [], tier=1, channels=chat, limits=self.settings.limits(), rooms=True
            )
        self.after(seconds=0)

    def after(self, *, seconds: int) -> str | None:
        """Wind the clock and send what is due then; give why the last call was not taken."""
        self.clock.wind(seconds=seconds)
        send_all(self.store, self.channels, self.clock.now())
        hook = self._find(self.hook_id)
        assert hook is not None
        return hook.last_reason


@pytest.fixture(params=[WECOM, DINGTALK, FEISHU])
def room(
    request: pytest.FixtureRequest,
    app_store: Store,
    clock: WoundClock,
    real: Settings,
    district: SmallDistrict,
) -> Iterator[Room]:
    """Run each service in turn."""
    with chat_services.running(request.param, lambda: clock.now().timestamp()) as service:
        yield Room(service, app_store, clock, real, district)


def test_a_message_that_is_taken_is_sent_once(room: Room, alarm: Alarm, gateway: Gateway) -> None:
    room.use(gateway)
    room.call(alarm)
    assert room.after(seconds=120) is None
    assert len(room.service.taken) == 1
    assert len(room.service.asked_at_s) == 1


def test_a_limit_is_waited_out(room: Room, alarm: Alarm, gateway: Gateway) -> None:
    room.use(gateway)
    room.service.most = 0
    room.call(alarm)
    assert room.after(seconds=LIMIT_REST_S - 1) == TOO_FAST[room.service.format]
    assert len(room.service.asked_at_s) == 1
    room.service.most = 20
    assert room.after(seconds=1) is None
    assert len(room.service.taken) == 1


def test_the_rest_that_a_service_names_is_kept_up_to_a_minute(
    room: Room, alarm: Alarm, gateway: Gateway
) -> None:
    room.use(gateway)
    room.service.most = 0
    for named_s, kept_s in ((40, 40), (3_600, MOST_REST_S)):
        room.service.names_rest_s = named_s
        room.service.asked_at_s.clear()
        room.call(alarm)
        room.after(seconds=kept_s - 1)
        assert len(room.service.asked_at_s) == 1
        room.after(seconds=1)
        assert len(room.service.asked_at_s) == 2
        room.service.most = 20
        assert room.after(seconds=MOST_REST_S) is None
        room.service.most = 0
        room.clock.wind(minutes=10)


def test_a_service_that_is_busy_is_asked_again_soon(room: Room, alarm: Alarm, gateway: Gateway) -> None:
    room.use(gateway)
    room.service.busy = 1
    room.call(alarm)
    assert room.after(seconds=1) == BUSY[room.service.format]
    assert room.after(seconds=LIMIT_REST_S if room.service.format is FEISHU else BUSY_REST_S) is None
    assert len(room.service.taken) == 1


def test_a_wrong_key_is_final(room: Room, alarm: Alarm, gateway: Gateway) -> None:
    room.use(gateway, key="somebody-elses")
    room.call(alarm)
    assert room.after(seconds=MOST_REST_S) == WRONG_KEY[room.service.format]
    assert room.after(seconds=MOST_REST_S) == WRONG_KEY[room.service.format]
    assert len(room.service.asked_at_s) == 1


@pytest.mark.parametrize("room", [DINGTALK, FEISHU], indirect=True)
def test_a_wrong_signature_is_final(room: Room, alarm: Alarm, gateway: Gateway) -> None:
    room.use(gateway, secret="another secret, also of 32 characters or more")
    room.call(alarm)
    room.after(seconds=MOST_REST_S)
    assert room.after(seconds=MOST_REST_S) in {"code_310000", "code_19021"}
    assert len(room.service.asked_at_s) == 1
