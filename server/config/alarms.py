"""Alarms: targets, the choice of responders, steps, other units, drills, the auditor."""

from server.config.reading import Setting, names, needs, pauses, secret, switch, whole

ALARMS: dict[str, Setting] = {
    "acknowledge_target_s": Setting(
        "HUXUE_ACKNOWLEDGE_TARGET_S",
        "s",
        "60",
        "Target of an alarm's first tier: somebody on the spot has acknowledged.",
        whole(10, 3600),
    ),
    "neighbour_target_s": Setting(
        "HUXUE_NEIGHBOUR_TARGET_S",
        "s",
        "180",
        "Target of the second tier: a neighbour is on scene; not before the first tier's.",
        whole(10, 3600),
    ),
    "police_target_s": Setting(
        "HUXUE_POLICE_TARGET_S",
        "s",
        "300",
        "Target of the third tier: police are on scene; not before the second tier's.",
        whole(10, 3600),
    ),
    "join_within_s": Setting(
        "HUXUE_JOIN_WITHIN_S",
        "s",
        "60",
        "Another press at the same place within this time joins the open alarm.",
        whole(0, 3600),
    ),
    "join_within_m": Setting(
        "HUXUE_JOIN_WITHIN_M",
        "m",
        "150",
        "Two places are one within this distance, beyond both accuracies: presses join there, and whoever says that he "
        "is on scene is believed.",
        whole(10, 2000),
    ),
    "scanned_within_s": Setting(
        "HUXUE_SCANNED_WITHIN_S",
        "s",
        "600",
        "A post that was scanned longer ago gives way to where the phone is.",
        whole(0, 86400),
    ),
    "hold_s": Setting(
        "HUXUE_HOLD_S",
        "s",
        "20",
        "Neighbours are held back this long at most from the alarm of an unapproved account, while a police console "
        "looks at it; 0: never.",
        whole(0, 60),
    ),
    "aside_minutes": Setting(
        "HUXUE_ASIDE_MINUTES",
        "minutes",
        "30",
        "An unapproved account that a police console puts aside at an alarm's place stays so this long at most.",
        whole(1, 120),
    ),
    "near_m": Setting(
        "HUXUE_NEAR_M",
        "m",
        "1000",
        "Whoever is within this distance of an alarm is near: nobody is called away from another one while a near one "
        "is free.",
        whole(50, 20000),
    ),
    "fix_max_age_s": Setting(
        "HUXUE_FIX_MAX_AGE_S",
        "s",
        "300",
        "A phone's place older than this is not used: the post stands in for it.",
        whole(30, 3600),
    ),
    "on_spot_m": Setting(
        "HUXUE_ON_SPOT_M",
        "m",
        "50",
        "Whoever is on duty within this distance of an alarm is told at once, whatever the post.",
        whole(10, 1000),
    ),
    "floor_heads": Setting(
        "HUXUE_FLOOR_HEADS",
        "heads",
        "1",
        "Staff or security that a post keeps when others are called away from it.",
        whole(0, 20),
    ),
    "answer_within_s": Setting(
        "HUXUE_ANSWER_WITHIN_S",
        "s",
        "15",
        "A responder who has not answered by then is joined by one more.",
        whole(5, 300),
    ),
    "repeat_s": Setting(
        "HUXUE_REPEAT_S",
        "s",
        "30",
        "The last step of an alarm's tier is repeated this often until somebody acknowledges.",
        whole(10, 600),
    ),
    "pauses_s": Setting(
        "HUXUE_PAUSES_S",
        "s",
        "30,60,120,300",
        "Pauses that an alarm leaves a phone's SMS and a chat room after the first call, the second and so on; "
        "the last one stays. Open pages, pushes and webhooks do not rest.",
        pauses,
    ),
    "most_called": Setting(
        "HUXUE_MOST_CALLED",
        "heads",
        "24",
        "Neighbours, and police, whom one alarm calls by itself while they are silent or coming; whoever declines "
        "makes room for another, and consoles add beyond it.",
        whole(4, 500),
    ),
    "again_s": Setting(
        "HUXUE_AGAIN_S",
        "s",
        "60",
        "A tier that acknowledged but is not on scene by its target is called again this often.",
        whole(10, 600),
    ),
    "remind_s": Setting(
        "HUXUE_REMIND_S",
        "s",
        "600",
        "The consoles are reminded this often of an alarm that nobody has ended.",
        whole(60, 7200),
    ),
    "responder_needs": Setting(
        "HUXUE_RESPONDER_NEEDS",
        "JSON",
        "{}",
        "Heads by group that a kind of alarm asks for, where they differ from the built-in ones: "
        '`{"medical": {"staff": 2, "security": 1}}`; `"unknown"` is an alarm whose kind is not told yet.',
        needs,
    ),
    "joint_link_hours": Setting(
        "HUXUE_JOINT_LINK_HOURS",
        "hours",
        "12",
        "Time for which the link that a unit of the joint response is sent is good.",
        whole(1, 72),
    ),
    "drills_a_year": Setting(
        "HUXUE_DRILLS_A_YEAR",
        "drills",
        "1",
        "Drills that each school is to hold in a calendar year; one district reports 12.",
        whole(0, 366),
    ),
    "auditor_url": Setting(
        "HUXUE_AUDITOR_URL",
        "URL",
        "",
        "Webhook that `flask auditor` calls when a step of an alarm is 10 s late or the database is unreadable.",
    ),
    "auditor_secret": Setting(
        "HUXUE_AUDITOR_SECRET",
        "text",
        "",
        "Key of the HMAC-SHA256 signature on each call of the auditor; required with its webhook and the seals.",
        secret(32),
    ),
    "watchdog_url": Setting(
        "HUXUE_WATCHDOG_URL",
        "URL",
        "",
        "Address outside that `flask auditor` calls every 30 s while all is well; it cries when the calls stop.",
    ),
    "seal_url": Setting(
        "HUXUE_SEAL_URL",
        "URL",
        "",
        "Address outside to which `flask auditor` sends the newest seal of the audit log each hour, signed.",
    ),
    "auditor_hosts": Setting(
        "HUXUE_AUDITOR_HOSTS",
        "host names",
        "",
        "The only hosts that the addresses of the auditor may be on, separated by commas.",
        names,
    ),
    "auditor_private": Setting(
        "HUXUE_AUDITOR_PRIVATE",
        "0 or 1",
        "0",
        "Whether they may have a private address or speak plain HTTP.",
        switch,
    ),
}
