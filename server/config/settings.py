"""Settings from the environment, read and checked at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from server.alarm.rules.alarm import AlarmKind, AlarmLimits
from server.alarm.rules.escalation import EscalationLimits
from server.alarm.rules.holding import HoldLimits
from server.alarm.rules.joint_response import JointLimits
from server.alarm.rules.needs import DEFAULT_NEEDS, DispatchLimits
from server.alarm.rules.pictures import PictureLimits
from server.auditor.settings import AuditorSettings
from server.calendar.rules import Window
from server.config.table import SETTINGS
from server.core.limits import Limits
from server.core.settings import BadSetting
from server.delivery.channels.settings import ChannelSettings
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.delivery.rules.quiet import QuietHours
from server.duty.rules.away import AwayLimits
from server.duty.rules.trust import TrustLimits
from server.exercise.rules.drill import DrillLimits
from server.people.rules.separate import SeparateRoles
from server.people.rules.sign_in import SignInLimits
from server.people.rules.unused import UnusedLimits
from server.places.rules.composition import Composition
from server.places.rules.post_codes import CodeLimits
from server.places.rules.staffing import SecuritySteps
from server.roster.rules.nudges import NudgeLimits
from server.roster.rules.reminders import ReminderLimits
from server.roster.rules.seats import RosterLimits
from server.roster.rules.sign_up import SignUpLimits
from server.roster.rules.stand_ins import StandInLimits
from server.roster.rules.swaps import SwapLimits


@dataclass(frozen=True)
class Settings(ChannelSettings, AuditorSettings):
    """All settings, read and checked. Field names and meanings: ``SETTINGS``."""

    session_days: int
    console_session_hours: int
    code_tries: int
    codes_per_hour: int
    codes_per_address: int
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
    join_within_m: int
    scanned_within_s: int
    hold_s: int
    aside_minutes: int
    near_m: int
    fix_max_age_s: int
    on_spot_m: int
    floor_heads: int
    answer_within_s: int
    repeat_s: int
    pauses_s: tuple[int, ...]
    most_called: int
    again_s: int
    remind_s: int
    responder_needs: dict[AlarmKind | None, Composition]
    stale_code_days: int
    security_steps: tuple[tuple[int, int], ...]
    security_each_further: int
    duties_a_week: Composition
    remind_evening: time | None
    remind_before_minutes: int
    stand_in_people: int
    stand_in_minutes: int
    swaps_by_rule: bool
    swap_hours: int
    sign_up_days: int
    sign_ups_a_week: int
    give_back_hours: int
    nudge_pause_minutes: int
    away_minutes: int
    drills_a_year: int
    simulate: bool
    simulate_guards: int
    simulate_speed: int

    def limits(self) -> Limits:
        """Give the numbers of the rules with the settings' own put in, and the settings of each area by their class."""
        return Limits(
            Window(
                opens_before_minutes=self.opens_before_minutes,
                grace_minutes=self.grace_minutes,
                check_out_before_minutes=self.check_out_before_minutes,
                close_after_minutes=self.close_after_minutes,
                queued_max_age_h=self.queued_max_age_h,
            ),
            TrustLimits(highest_speed_m_s=self.highest_speed_m_s),
            CodeLimits(stale_code_days=self.stale_code_days),
            SecuritySteps(self.security_steps, self.security_each_further),
            RosterLimits(self.duties_a_week),
            QuietHours(*self.quiet_hours),
            *self._own_duties(),
            NudgeLimits(self.nudge_pause_minutes),
            AwayLimits(self.away_minutes),
            self._dispatch(),
            HoldLimits(hold_s=self.hold_s),
            self._pictures(),
            self._alarm(),
            self._sign_in(),
            SeparateRoles(self.separate_roles),
            UnusedLimits(months=self.unused_months, erased_after=timedelta(days=self.unused_erased_days)),
            self._escalation(),
            JointLimits(
                link_lasts=timedelta(hours=self.joint_link_hours),
                channel="demo" if self.demo else "sms" if self.sms_url else None,
            ),
            AvailableChannels(self._channels()),
            DrillLimits(drills_a_year=self.drills_a_year),
            self,
        )

    def _dispatch(self) -> DispatchLimits:
        return DispatchLimits(
            on_spot_m=self.on_spot_m,
            fix_max_age_s=self.fix_max_age_s,
            floor_heads=self.floor_heads,
            answer_within_s=self.answer_within_s,
            most_called=self.most_called,
            near_m=self.near_m,
            needs={**DEFAULT_NEEDS, **self.responder_needs},
        )

    def _own_duties(self) -> tuple[ReminderLimits, StandInLimits, SignUpLimits, SwapLimits]:
        return (
            ReminderLimits(self.remind_evening, self.remind_before_minutes),
            StandInLimits(self.stand_in_people, self.stand_in_minutes),
            SignUpLimits(self.sign_up_days, self.sign_ups_a_week, self.give_back_hours),
            SwapLimits(self.swaps_by_rule, self.swap_hours),
        )

    def _pictures(self) -> PictureLimits:
        return PictureLimits(days=self.picture_days, clips_of_one=self.clips, clip_bytes=self.clip_mb * 10**6)

    def _alarm(self) -> AlarmLimits:
        return AlarmLimits(
            acknowledge_s=self.acknowledge_target_s,
            neighbour_s=self.neighbour_target_s,
            police_s=self.police_target_s,
            join_within_s=self.join_within_s,
            join_within_m=self.join_within_m,
            scanned_within_s=self.scanned_within_s,
            aside_s=60 * self.aside_minutes,
            covert_press=self.covert_press,
            oldest_fix_s=self.fix_max_age_s,
        )

    def _escalation(self) -> EscalationLimits:
        return EscalationLimits(
            repeat_s=self.repeat_s, again_s=self.again_s, remind_s=self.remind_s, pauses_s=self.pauses_s
        )

    def _sign_in(self) -> SignInLimits:
        return SignInLimits(
            code_channel="demo" if self.demo else "sms" if self.sms_url else None,
            code_lasts=timedelta(minutes=self.code_minutes),
            code_tries=self.code_tries,
            codes_per_hour=self.codes_per_hour,
            codes_per_address=self.codes_per_address,
            guard_session=timedelta(days=self.session_days),
            console_session=timedelta(hours=self.console_session_hours),
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
            shown = setting.variable if setting.read.hidden else f"{setting.variable}={text!r}"
            raise BadSetting(f"{shown}: {why}. {setting.sentence}") from why
    unknown = {key for key in environment if key.startswith("HUXUE_")} - {
        setting.variable for setting in SETTINGS.values()
    }
    if unknown:
        raise BadSetting(f"{', '.join(sorted(unknown))}: no such setting. docs/settings.md lists them all.")
    _check_together(values)
    settings = Settings(**values)
    if settings.demo:
        return settings
    if not environment.get("HUXUE_DATABASE_URL"):
        raise BadSetting("HUXUE_DATABASE_URL is required outside demo mode: no database is taken by chance.")
    if not settings.secure:
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
    if values["unused_months"] and values["session_days"] >= 28 * values["unused_months"]:
        # Who is signed in all the time signs in no more.
        raise BadSetting(
            "HUXUE_SESSION_DAYS must be shorter than HUXUE_UNUSED_MONTHS: "
            f"{values['session_days']} days and {values['unused_months']} months."
        )
    if values["position_days"] >= values["check_in_days"]:
        # A place refers to the duty on which it was taken, and a duty lasts into the next day.
        raise BadSetting(
            "HUXUE_POSITION_DAYS must be less than HUXUE_CHECK_IN_DAYS: "
            f"{values['position_days']} and {values['check_in_days']}."
        )
    if (values["auditor_url"] or values["seal_url"]) and len(values["auditor_secret"]) < 32:
        raise BadSetting("HUXUE_AUDITOR_SECRET is missing or shorter than 32 characters.")
    if bool(values["certificate"]) != bool(values["certificate_key"]):
        raise BadSetting("HUXUE_CERTIFICATE and HUXUE_CERTIFICATE_KEY: set both or none of them.")
    if (
        values["files"]
        and not values["files_key_file"]
        and not (values["files_key"] and values["files_secret"])
    ):
        raise BadSetting("HUXUE_FILES needs HUXUE_FILES_KEY and HUXUE_FILES_SECRET, or HUXUE_FILES_KEY_FILE.")
    if bool(values["push_public_key"]) != bool(values["push_private_key"]):
        raise BadSetting("HUXUE_PUSH_PUBLIC_KEY and HUXUE_PUSH_PRIVATE_KEY: set both or none of them.")
    if values["push_private_key"] and not values["push_subject"].startswith(("mailto:", "https://")):
        raise BadSetting("HUXUE_PUSH_SUBJECT must be mailto:… or https://…: push services ask for it.")
