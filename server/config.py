"""Settings from the environment, checked at start. This table also makes ``docs/settings.md``."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Literal

from server.domain.alarm import AlarmKind, AlarmLimits
from server.domain.calendar import Window
from server.domain.channels import ChannelName
from server.domain.composition import Composition
from server.domain.dispatch import DEFAULT_NEEDS, DispatchLimits
from server.domain.escalation import EscalationLimits
from server.domain.joint_response import JointLimits
from server.domain.rules import Rules
from server.domain.sign_in import SignInLimits
from server.domain.trust import TrustLimits


class BadSetting(Exception):
    """A setting that the server cannot start with; its text says what to set."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its variable, its unit, its default as text, what it means and how it is read."""

    variable: str
    unit: str
    default: str
    sentence: str
    read: Callable[[str], Any] = str


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value)
        if not low <= number <= high:
            raise ValueError(f"between {low} and {high}")
        return number

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return value

    return read


def _switch(value: str) -> bool:
    if value not in {"0", "1"}:
        raise ValueError("0 or 1")
    return value == "1"


def _needs(value: str) -> dict[AlarmKind | None, Composition]:
    asked = json.loads(value)
    if not isinstance(asked, dict):
        raise ValueError("an object by kind of alarm")
    return {
        None if kind == "unknown" else AlarmKind(kind): Composition.from_dict(heads)
        for kind, heads in asked.items()
    }


def _names(value: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in value.split(",") if name.strip())


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one.strip()) for one in value.split(",") if one.strip())


def _code_text(value: str) -> str:
    try:
        filled = value.format(code="123456", minutes=5)
    except (KeyError, IndexError) as why:
        raise ValueError("only {code} and {minutes} may stand in braces") from why
    if "123456" not in filled:
        raise ValueError("{code} is missing")
    return value


def _joint_text(value: str) -> str:
    try:
        filled = value.format(place="南门", kind="火情", part="牵头", link="https://…", hours=12)
    except (KeyError, IndexError) as why:
        raise ValueError("only {place}, {kind}, {part}, {link} and {hours} may stand in braces") from why
    if "https://…" not in filled:
        raise ValueError("{link} is missing")
    return value


SETTINGS: dict[str, Setting] = {
    "mode": Setting(
        "HUXUE_MODE",
        "",
        "production",
        "`demo` adds one-click sign-ins and shows one-time codes; never use it with real people.",
        _one_of("production", "demo"),
    ),
    "secret_key": Setting(
        "HUXUE_SECRET_KEY",
        "text",
        "",
        "Signs what leaves the server; at least 32 characters; required outside demo mode.",
    ),
    "database_url": Setting(
        "HUXUE_DATABASE_URL",
        "URL",
        "sqlite:///var/huxue.db",
        "`sqlite:///PATH` for one process, `postgresql+psycopg://…` for several.",
    ),
    "redis_url": Setting(
        "HUXUE_REDIS_URL", "URL", "", "Bell between several processes; empty with one process."
    ),
    "engine": Setting(
        "HUXUE_ENGINE",
        "",
        "eventlet",
        "Async engine of the server.",
        _one_of("eventlet", "gevent", "threads"),
    ),
    "host": Setting("HUXUE_HOST", "address", "127.0.0.1", "Address to listen on."),
    "port": Setting("HUXUE_PORT", "port", "8000", "Port to listen on.", _whole(1, 65535)),
    "public_url": Setting(
        "HUXUE_PUBLIC_URL",
        "URL",
        "http://127.0.0.1:8000",
        "Address under which phones reach the server; printed in the QR codes.",
    ),
    "trusted_proxies": Setting(
        "HUXUE_TRUSTED_PROXIES",
        "addresses",
        "",
        "Proxies right in front, as addresses or networks separated by commas (`127.0.0.1`); "
        "whom they say in `X-Forwarded-For` that they heard from is believed, nobody else.",
        _networks,
    ),
    "certificate": Setting(
        "HUXUE_CERTIFICATE", "path", "", "TLS certificate, when no proxy in front speaks HTTPS."
    ),
    "certificate_key": Setting("HUXUE_CERTIFICATE_KEY", "path", "", "Private key of the TLS certificate."),
    "session_days": Setting(
        "HUXUE_SESSION_DAYS", "days", "30", "Time after which a guard signs in again.", _whole(1, 365)
    ),
    "console_session_hours": Setting(
        "HUXUE_CONSOLE_SESSION_HOURS",
        "hours",
        "12",
        "Time after which a console user signs in again.",
        _whole(1, 72),
    ),
    "code_minutes": Setting(
        "HUXUE_CODE_MINUTES", "minutes", "5", "Time for which a one-time code is good.", _whole(1, 60)
    ),
    "code_tries": Setting(
        "HUXUE_CODE_TRIES", "tries", "5", "How often a one-time code may be typed wrongly.", _whole(1, 20)
    ),
    "codes_per_hour": Setting(
        "HUXUE_CODES_PER_HOUR",
        "codes",
        "5",
        "One-time codes that one phone may ask for in an hour.",
        _whole(1, 100),
    ),
    "sms_url": Setting("HUXUE_SMS_URL", "URL", "", "Webhook that sends one-time codes as SMS."),
    "sms_secret": Setting(
        "HUXUE_SMS_SECRET", "text", "", "Key of the HMAC-SHA256 signature on each call of the SMS webhook."
    ),
    "codes_per_address": Setting(
        "HUXUE_CODES_PER_ADDRESS",
        "codes",
        "500",
        "One-time codes that may be asked for from one network address in an hour; a school is one address.",
        _whole(1, 100_000),
    ),
    "sms_hosts": Setting(
        "HUXUE_SMS_HOSTS",
        "host names",
        "",
        "The only hosts that the SMS webhook may be on, separated by commas; a call to any other is refused.",
        _names,
    ),
    "sms_private": Setting(
        "HUXUE_SMS_PRIVATE",
        "0 or 1",
        "0",
        "Whether the SMS gateway may have a private address or speak plain HTTP.",
        _switch,
    ),
    "sms_text": Setting(
        "HUXUE_SMS_TEXT",
        "text",
        "【护学】验证码 {code}，{minutes} 分钟内有效，请勿告诉他人。",
        "The SMS with a one-time code; `{code}` and `{minutes}` are filled in.",
        _code_text,
    ),
    "push_public_key": Setting(
        "HUXUE_PUSH_PUBLIC_KEY",
        "text",
        "",
        "Public key of Web Push; `flask channels make-keys` makes the pair; empty: no push.",
    ),
    "push_private_key": Setting(
        "HUXUE_PUSH_PRIVATE_KEY", "text", "", "Private key of Web Push; a new pair needs new subscriptions."
    ),
    "push_subject": Setting(
        "HUXUE_PUSH_SUBJECT",
        "URL",
        "",
        "Whom a push service can reach about the pushes: `mailto:…` or `https://…`; required with the keys.",
    ),
    "push_hosts": Setting(
        "HUXUE_PUSH_HOSTS",
        "host names",
        "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com",
        "The only push services that are called, separated by commas; `*.name` means all below a name.",
        _names,
    ),
    "push_private": Setting(
        "HUXUE_PUSH_PRIVATE",
        "0 or 1",
        "0",
        "Whether a push service may have a private address or speak plain HTTP.",
        _switch,
    ),
    "hook_hosts": Setting(
        "HUXUE_HOOK_HOSTS",
        "host names",
        "qyapi.weixin.qq.com,oapi.dingtalk.com,open.feishu.cn",
        "The only hosts that webhooks may be on, separated by commas; empty: no chat rooms, no webhooks.",
        _names,
    ),
    "hook_private": Setting(
        "HUXUE_HOOK_PRIVATE",
        "0 or 1",
        "0",
        "Whether a webhook may have a private address or speak plain HTTP.",
        _switch,
    ),
    "tile_url": Setting(
        "HUXUE_TILE_URL", "URL", "", "Map tiles as `https://…/{z}/{x}/{y}.png`; empty: the drawn outline."
    ),
    "tile_datum": Setting(
        "HUXUE_TILE_DATUM",
        "",
        "wgs84",
        "Coordinate system of the tiles; Chinese providers use `gcj02`.",
        _one_of("wgs84", "gcj02"),
    ),
    "fence_radius_m": Setting(
        "HUXUE_FENCE_RADIUS_M", "m", "150", "Fence of a post that has none of its own.", _whole(20, 5000)
    ),
    "opens_before_minutes": Setting(
        "HUXUE_OPENS_BEFORE_MINUTES",
        "minutes",
        "30",
        "Check-in opens this long before a peak.",
        _whole(0, 240),
    ),
    "grace_minutes": Setting(
        "HUXUE_GRACE_MINUTES", "minutes", "5", "Still on time this long after the start.", _whole(0, 60)
    ),
    "check_out_before_minutes": Setting(
        "HUXUE_CHECK_OUT_BEFORE_MINUTES",
        "minutes",
        "10",
        "Check-out opens this long before the end.",
        _whole(0, 240),
    ),
    "close_after_minutes": Setting(
        "HUXUE_CLOSE_AFTER_MINUTES",
        "minutes",
        "30",
        "A duty without check-out is closed this long after the end.",
        _whole(0, 240),
    ),
    "queued_max_age_h": Setting(
        "HUXUE_QUEUED_MAX_AGE_H",
        "hours",
        "24",
        "A check-in that waited in a phone without network is taken up to this age.",
        _whole(1, 168),
    ),
    "highest_speed_m_s": Setting(
        "HUXUE_HIGHEST_SPEED_M_S",
        "m/s",
        "50",
        "A jump between two places of one phone that is faster than this is flagged.",
        _whole(10, 400),
    ),
    "acknowledge_target_s": Setting(
        "HUXUE_ACKNOWLEDGE_TARGET_S",
        "s",
        "60",
        "Target of an alarm's first tier: somebody on the spot has acknowledged.",
        _whole(10, 3600),
    ),
    "neighbour_target_s": Setting(
        "HUXUE_NEIGHBOUR_TARGET_S",
        "s",
        "180",
        "Target of the second tier: a neighbour is on scene; not before the first tier's.",
        _whole(10, 3600),
    ),
    "police_target_s": Setting(
        "HUXUE_POLICE_TARGET_S",
        "s",
        "300",
        "Target of the third tier: police are on scene; not before the second tier's.",
        _whole(10, 3600),
    ),
    "join_within_s": Setting(
        "HUXUE_JOIN_WITHIN_S",
        "s",
        "60",
        "Another press at the same post within this time joins the open alarm.",
        _whole(0, 3600),
    ),
    "fix_max_age_s": Setting(
        "HUXUE_FIX_MAX_AGE_S",
        "s",
        "300",
        "A phone's place older than this is not used: the post stands in for it.",
        _whole(30, 3600),
    ),
    "on_spot_m": Setting(
        "HUXUE_ON_SPOT_M",
        "m",
        "50",
        "Whoever is on duty within this distance of an alarm is told at once, whatever the post.",
        _whole(10, 1000),
    ),
    "floor_heads": Setting(
        "HUXUE_FLOOR_HEADS",
        "heads",
        "1",
        "Staff or security that a post keeps when others are called away from it.",
        _whole(0, 20),
    ),
    "answer_within_s": Setting(
        "HUXUE_ANSWER_WITHIN_S",
        "s",
        "15",
        "A responder who has not answered by then is joined by one more.",
        _whole(5, 300),
    ),
    "repeat_s": Setting(
        "HUXUE_REPEAT_S",
        "s",
        "30",
        "The last step of an alarm's tier is repeated this often until somebody acknowledges.",
        _whole(10, 600),
    ),
    "again_s": Setting(
        "HUXUE_AGAIN_S",
        "s",
        "60",
        "A tier that acknowledged but is not on scene by its target is called again this often.",
        _whole(10, 600),
    ),
    "remind_s": Setting(
        "HUXUE_REMIND_S",
        "s",
        "600",
        "The consoles are reminded this often of an alarm that nobody has ended.",
        _whole(60, 7200),
    ),
    "auditor_url": Setting(
        "HUXUE_AUDITOR_URL",
        "URL",
        "",
        "Webhook that `flask auditor` calls when a step of an alarm is 10 s late or the database is unreadable.",
    ),
    "auditor_secret": Setting(
        "HUXUE_AUDITOR_SECRET", "text", "", "Key of the HMAC-SHA256 signature on each call of the auditor."
    ),
    "watchdog_url": Setting(
        "HUXUE_WATCHDOG_URL",
        "URL",
        "",
        "Address outside that `flask auditor` calls every 30 s while all is well; it cries when the calls stop.",
    ),
    "auditor_hosts": Setting(
        "HUXUE_AUDITOR_HOSTS",
        "host names",
        "",
        "The only hosts that the auditor's webhook and the watchdog may be on, separated by commas.",
        _names,
    ),
    "auditor_private": Setting(
        "HUXUE_AUDITOR_PRIVATE",
        "0 or 1",
        "0",
        "Whether they may have a private address or speak plain HTTP.",
        _switch,
    ),
    "joint_link_hours": Setting(
        "HUXUE_JOINT_LINK_HOURS",
        "hours",
        "12",
        "Time for which the link that a unit of the joint response is sent is good.",
        _whole(1, 72),
    ),
    "joint_text": Setting(
        "HUXUE_JOINT_TEXT",
        "text",
        "【护学】{place} 一键报警：{kind}。贵单位为{part}单位，请点开 {link} 回复，{hours} 小时内有效。",
        "The SMS to a unit of the joint response; `{place}`, `{kind}`, `{part}`, `{link}` and `{hours}` are "
        "filled in, and a drill's begins with 【演练】.",
        _joint_text,
    ),
    "responder_needs": Setting(
        "HUXUE_RESPONDER_NEEDS",
        "JSON",
        "{}",
        "Heads by group that a kind of alarm asks for, where they differ from the built-in ones: "
        '`{"medical": {"staff": 2, "security": 1}}`; `"unknown"` is an alarm whose kind is not told yet.',
        _needs,
    ),
    "stale_code_days": Setting(
        "HUXUE_STALE_CODE_DAYS",
        "days",
        "14",
        "A replaced QR code is still accepted this long.",
        _whole(0, 365),
    ),
    "position_days": Setting(
        "HUXUE_POSITION_DAYS", "days", "7", "Raw positions are kept this long.", _whole(1, 90)
    ),
    "event_days": Setting(
        "HUXUE_EVENT_DAYS", "days", "7", "The event log is kept this long for catching up.", _whole(1, 90)
    ),
    "check_in_days": Setting(
        "HUXUE_CHECK_IN_DAYS", "days", "365", "Check-ins are kept this long.", _whole(30, 3650)
    ),
    "drills_a_year": Setting(
        "HUXUE_DRILLS_A_YEAR",
        "drills",
        "1",
        "Drills that each school is to hold in a calendar year; one district reports 12.",
        _whole(0, 366),
    ),
    "simulate": Setting(
        "HUXUE_SIMULATE", "0 or 1", "1", "Whether the demo plays a peak in the background.", _switch
    ),
    "simulate_guards": Setting(
        "HUXUE_SIMULATE_GUARDS", "guards", "1300", "How many guards the demo plays.", _whole(1, 33000)
    ),
    "simulate_speed": Setting(
        "HUXUE_SIMULATE_SPEED",
        "times",
        "6",
        "How much faster than life the demo's guards arrive.",
        _whole(1, 100),
    ),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, read and checked. Field names and meanings: ``SETTINGS``."""

    mode: Literal["production", "demo"]
    secret_key: str
    database_url: str
    redis_url: str
    engine: Literal["eventlet", "gevent", "threads"]
    host: str
    port: int
    public_url: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    certificate: str
    certificate_key: str
    session_days: int
    console_session_hours: int
    code_minutes: int
    code_tries: int
    codes_per_hour: int
    sms_url: str
    sms_secret: str
    codes_per_address: int
    sms_hosts: frozenset[str]
    sms_private: bool
    sms_text: str
    push_public_key: str
    push_private_key: str
    push_subject: str
    push_hosts: frozenset[str]
    push_private: bool
    hook_hosts: frozenset[str]
    hook_private: bool
    tile_url: str
    tile_datum: Literal["wgs84", "gcj02"]
    fence_radius_m: int
    opens_before_minutes: int
    grace_minutes: int
    check_out_before_minutes: int
    close_after_minutes: int
    queued_max_age_h: int
    highest_speed_m_s: int
    acknowledge_target_s: int
    neighbour_target_s: int
    police_target_s: int
    join_within_s: int
    fix_max_age_s: int
    on_spot_m: int
    floor_heads: int
    answer_within_s: int
    repeat_s: int
    again_s: int
    remind_s: int
    auditor_url: str
    auditor_secret: str
    watchdog_url: str
    auditor_hosts: frozenset[str]
    auditor_private: bool
    joint_link_hours: int
    joint_text: str
    responder_needs: dict[AlarmKind | None, Composition]
    stale_code_days: int
    position_days: int
    event_days: int
    check_in_days: int
    drills_a_year: int
    simulate: bool
    simulate_guards: int
    simulate_speed: int

    @property
    def demo(self) -> bool:
        """Tell whether this is a demonstration with invented people."""
        return self.mode == "demo"

    @property
    def secure(self) -> bool:
        """Tell whether phones reach the server over HTTPS, so that cookies can insist on it."""
        return self.public_url.startswith("https://")

    def rules(self) -> Rules:
        """Give the numbers of the rules with the settings' own put in."""
        return Rules(
            window=Window(
                opens_before_minutes=self.opens_before_minutes,
                grace_minutes=self.grace_minutes,
                check_out_before_minutes=self.check_out_before_minutes,
                close_after_minutes=self.close_after_minutes,
                queued_max_age_h=self.queued_max_age_h,
            ),
            trust=TrustLimits(
                fence_radius_m=self.fence_radius_m,
                highest_speed_m_s=self.highest_speed_m_s,
                stale_code_days=self.stale_code_days,
            ),
            dispatch=DispatchLimits(
                on_spot_m=self.on_spot_m,
                fix_max_age_s=self.fix_max_age_s,
                floor_heads=self.floor_heads,
                answer_within_s=self.answer_within_s,
                needs={**DEFAULT_NEEDS, **self.responder_needs},
            ),
            alarm=AlarmLimits(
                acknowledge_s=self.acknowledge_target_s,
                neighbour_s=self.neighbour_target_s,
                police_s=self.police_target_s,
                join_within_s=self.join_within_s,
                oldest_fix_s=self.fix_max_age_s,
            ),
            sign_in=SignInLimits(
                code_channel="demo" if self.demo else "sms" if self.sms_url else None,
                code_lasts=timedelta(minutes=self.code_minutes),
                code_tries=self.code_tries,
                codes_per_hour=self.codes_per_hour,
                codes_per_address=self.codes_per_address,
                guard_session=timedelta(days=self.session_days),
                console_session=timedelta(hours=self.console_session_hours),
            ),
            escalation=EscalationLimits(repeat_s=self.repeat_s, again_s=self.again_s, remind_s=self.remind_s),
            joint=JointLimits(
                link_lasts=timedelta(hours=self.joint_link_hours),
                channel="demo" if self.demo else "sms" if self.sms_url else None,
            ),
            channels=self._channels(),
        )

    def _channels(self) -> frozenset[ChannelName]:
        """Give the ways out that alarms may take; in demo mode all, since none leaves the machine."""
        if self.demo:
            return frozenset(ChannelName)
        set_up = {
            ChannelName.SOCKET: True,
            ChannelName.PUSH: bool(self.push_private_key),
            ChannelName.SMS: bool(self.sms_url),
            ChannelName.CHAT: bool(self.hook_hosts),
            ChannelName.WEBHOOK: bool(self.hook_hosts),
        }
        return frozenset(name for name, there in set_up.items() if there)


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings.

    Raises ``BadSetting`` naming the variable, what was found (never a secret) and what is wanted.
    """
    values: dict[str, Any] = {}
    for name, setting in SETTINGS.items():
        text = environment.get(setting.variable, setting.default)
        try:
            values[name] = setting.read(text)
        except ValueError as why:
            raise BadSetting(f"{setting.variable}={text!r}: {why}. {setting.sentence}") from why
    unknown = {key for key in environment if key.startswith("HUXUE_")} - {
        setting.variable for setting in SETTINGS.values()
    }
    if unknown:
        raise BadSetting(f"{', '.join(sorted(unknown))}: no such setting. docs/settings.md lists them all.")
    if not values["secret_key"] and values["mode"] == "demo":
        values["secret_key"] = secrets.token_urlsafe(32)
    if len(values["secret_key"]) < 32:
        raise BadSetting(
            "HUXUE_SECRET_KEY is missing or shorter than 32 characters. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    _check_together(values)
    settings = Settings(**values)
    if settings.mode == "production" and not settings.secure:
        raise BadSetting("HUXUE_PUBLIC_URL must begin with https:// outside demo mode: cookies insist on it.")
    return settings


def _check_together(values: Mapping[str, Any]) -> None:
    """Check the settings that need one another; raises ``BadSetting``."""
    if values["sms_url"] and len(values["sms_secret"]) < 32:
        raise BadSetting("HUXUE_SMS_SECRET is missing or shorter than 32 characters: HUXUE_SMS_URL needs it.")
    targets = [values[f"{tier}_target_s"] for tier in ("acknowledge", "neighbour", "police")]
    if targets != sorted(targets):
        raise BadSetting(
            "HUXUE_ACKNOWLEDGE_TARGET_S, HUXUE_NEIGHBOUR_TARGET_S and HUXUE_POLICE_TARGET_S must rise: "
            f"{targets}."
        )
    if values["auditor_url"] and len(values["auditor_secret"]) < 32:
        raise BadSetting("HUXUE_AUDITOR_SECRET is missing or shorter than 32 characters.")
    if bool(values["push_public_key"]) != bool(values["push_private_key"]):
        raise BadSetting("HUXUE_PUSH_PUBLIC_KEY and HUXUE_PUSH_PRIVATE_KEY: set both or none of them.")
    if values["push_private_key"] and not values["push_subject"].startswith(("mailto:", "https://")):
        raise BadSetting("HUXUE_PUSH_SUBJECT must be mailto:… or https://…: push services ask for it.")


def settings_page() -> str:
    """Write the table of all settings as Markdown."""
    lines = [
        "# Settings",
        "",
        "All come from the environment and are checked at start. This page is made by `flask settings`.",
        "",
        "| variable | unit | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{one.variable}` | {one.unit} | {f'`{one.default}`' if one.default else ''} | {one.sentence} |"
        for one in SETTINGS.values()
    ]
    return "\n".join(lines) + "\n"
