"""People: signing in, check-ins, places, and how long what is known of them is kept."""

from server.config.reading import Reader, Setting, anything, clock, heads, hours, one_of, steps, switch, whole
from server.core.database.sealing.keys import Suite

PEOPLE: dict[str, Setting] = {
    "key_file": Setting(
        "HUXUE_KEY_FILE",
        "path",
        "",
        "Key file that seals telephones (`flask keys make`), readable by its owner alone; required outside demo mode.",
    ),
    "keys": Setting(
        "HUXUE_KEYS",
        "keys",
        "",
        "The lines of a key file instead, separated by `;`.",
        Reader("", anything, hidden=True),
    ),
    "ciphers": Setting(
        "HUXUE_CIPHERS",
        "",
        "aes",
        "With what new keys seal and index: `aes` AES-256-GCM and HMAC-SHA256, `sm` SM4-GCM and HMAC-SM3.",
        one_of(*Suite),
    ),
    "session_days": Setting(
        "HUXUE_SESSION_DAYS", "days", "30", "Time after which a guard signs in again.", whole(1, 365)
    ),
    "console_session_hours": Setting(
        "HUXUE_CONSOLE_SESSION_HOURS",
        "hours",
        "12",
        "Time after which a console user signs in again.",
        whole(1, 72),
    ),
    "proof_minutes": Setting(
        "HUXUE_PROOF_MINUTES",
        "minutes",
        "15",
        "Time after which a console user types his password again before he takes a list, erases somebody, or "
        "changes users or keys; 0: never.",
        whole(0, 1440),
    ),
    "code_minutes": Setting(
        "HUXUE_CODE_MINUTES", "minutes", "5", "Time for which a one-time code is good.", whole(1, 60)
    ),
    "code_tries": Setting(
        "HUXUE_CODE_TRIES", "tries", "5", "How often a one-time code may be typed wrongly.", whole(1, 20)
    ),
    "codes_per_hour": Setting(
        "HUXUE_CODES_PER_HOUR",
        "codes",
        "5",
        "One-time codes that one phone may ask for in an hour.",
        whole(1, 100),
    ),
    "codes_per_address": Setting(
        "HUXUE_CODES_PER_ADDRESS",
        "codes",
        "500",
        "One-time codes that may be asked for from one network address in an hour; a school is one address.",
        whole(1, 100_000),
    ),
    "opens_before_minutes": Setting(
        "HUXUE_OPENS_BEFORE_MINUTES",
        "minutes",
        "30",
        "Check-in opens this long before a peak.",
        whole(0, 240),
    ),
    "grace_minutes": Setting(
        "HUXUE_GRACE_MINUTES", "minutes", "5", "Still on time this long after the start.", whole(0, 60)
    ),
    "check_out_before_minutes": Setting(
        "HUXUE_CHECK_OUT_BEFORE_MINUTES",
        "minutes",
        "10",
        "Check-out opens this long before the end.",
        whole(0, 240),
    ),
    "close_after_minutes": Setting(
        "HUXUE_CLOSE_AFTER_MINUTES",
        "minutes",
        "30",
        "A duty without check-out is closed this long after the end.",
        whole(0, 240),
    ),
    "queued_max_age_h": Setting(
        "HUXUE_QUEUED_MAX_AGE_H",
        "hours",
        "24",
        "A check-in that waited in a phone without network is taken up to this age.",
        whole(1, 168),
    ),
    "highest_speed_m_s": Setting(
        "HUXUE_HIGHEST_SPEED_M_S",
        "m/s",
        "50",
        "A jump between two places of one phone that is faster than this is flagged.",
        whole(10, 400),
    ),
    "security_steps": Setting(
        "HUXUE_SECURITY_STEPS",
        "pupils:guards",
        "0:1,100:2,1000:3",
        "Security guards that a rule by pupils asks for: so many from a number of pupils on (GB/T 29315).",
        steps,
    ),
    "security_each_further": Setting(
        "HUXUE_SECURITY_EACH_FURTHER",
        "pupils",
        "500",
        "One guard more for each so many pupils beyond the last step; 0: none.",
        whole(0, 100_000),
    ),
    "duties_a_week": Setting(
        "HUXUE_DUTIES_A_WEEK",
        "duties",
        "staff:10,security:20,volunteer:5,police:10",
        "A planner is asked whether he means it, where somebody of a group gets more duties than this in a week.",
        heads,
    ),
    "quiet_hours": Setting(
        "HUXUE_QUIET_HOURS",
        "clock times",
        "21:00-06:30",
        "A message of changed duties waits until these hours are over, unless one of them starts within two hours "
        "of their end; alarms never wait.",
        hours,
    ),
    "remind_evening": Setting(
        "HUXUE_REMIND_EVENING",
        "clock time",
        "19:00",
        "Who has a published duty is reminded of it at this time of the evening before; empty: never.",
        clock,
    ),
    "remind_before_minutes": Setting(
        "HUXUE_REMIND_BEFORE_MINUTES",
        "minutes",
        "40",
        "Who has a published duty is reminded so long before it starts; 0: never.",
        whole(0, 240),
    ),
    "stand_in_people": Setting(
        "HUXUE_STAND_IN_PEOPLE",
        "people",
        "3",
        "So many people at a time are asked to take the duty of somebody who cannot come.",
        whole(1, 20),
    ),
    "stand_in_minutes": Setting(
        "HUXUE_STAND_IN_MINUTES",
        "minutes",
        "15",
        "After so long the next people are asked, as long as nobody has taken the duty.",
        whole(1, 240),
    ),
    "swaps_by_rule": Setting(
        "HUXUE_SWAPS_BY_RULE",
        "0 or 1",
        "0",
        "Whether a swap of duties against which nothing speaks stands as soon as somebody takes it; else the school "
        "(for police the station) agrees first.",
        switch,
    ),
    "swap_hours": Setting(
        "HUXUE_SWAP_HOURS",
        "hours",
        "2",
        "A swap of duties is offered, taken and agreed until so long before the first of them starts.",
        whole(0, 168),
    ),
    "sign_up_days": Setting(
        "HUXUE_SIGN_UP_DAYS",
        "days",
        "14",
        "Volunteers see the open places of their school so many days ahead and take them by themselves.",
        whole(0, 60),
    ),
    "sign_ups_a_week": Setting(
        "HUXUE_SIGN_UPS_A_WEEK",
        "duties",
        "3",
        "A volunteer takes a place by himself while he has fewer duties in that week.",
        whole(0, 28),
    ),
    "give_back_hours": Setting(
        "HUXUE_GIVE_BACK_HOURS",
        "hours",
        "12",
        "A place that a volunteer took by himself is given back until so long before its start.",
        whole(0, 168),
    ),
    "nudge_pause_minutes": Setting(
        "HUXUE_NUDGE_PAUSE_MINUTES",
        "minutes",
        "5",
        "Those who are expected at a post and have not come are reminded again so long after a reminder.",
        whole(1, 60),
    ),
    "away_minutes": Setting(
        "HUXUE_AWAY_MINUTES",
        "minutes",
        "10",
        "Who on duty is outside the fence of his post for so long, by good fixes, is shown and asked once; 0: nobody.",
        whole(0, 120),
    ),
    "stale_code_days": Setting(
        "HUXUE_STALE_CODE_DAYS",
        "days",
        "14",
        "A replaced QR code is still accepted this long.",
        whole(0, 365),
    ),
    "separate_roles": Setting(
        "HUXUE_SEPARATE_ROLES",
        "0 or 1",
        "0",
        "With 1, administrator, security administrator and auditor are apart (三员分立): console accounts wait until "
        "the security administrator lets them in, and he alone erases guards and opens unused accounts.",
        switch,
    ),
    "unused_months": Setting(
        "HUXUE_UNUSED_MONTHS",
        "months",
        "12",
        "An account that nobody used so long closes, 30 days after a notice; 0: never.",
        whole(0, 120),
    ),
    "unused_erased_days": Setting(
        "HUXUE_UNUSED_ERASED_DAYS",
        "days",
        "180",
        "A guard whose account was closed so, and who did not come back, is erased this long after.",
        whole(30, 3650),
    ),
    "position_days": Setting(
        "HUXUE_POSITION_DAYS", "days", "7", "Raw positions are kept this long.", whole(1, 90)
    ),
    "event_days": Setting(
        "HUXUE_EVENT_DAYS", "days", "7", "The event log is kept this long for catching up.", whole(1, 90)
    ),
    "check_in_days": Setting(
        "HUXUE_CHECK_IN_DAYS",
        "days",
        "365",
        "Check-ins are kept this long. Not less than 35: a person's month is added up out of them until it is over, "
        "and a month has 31 days.",
        whole(35, 3650),
    ),
}
