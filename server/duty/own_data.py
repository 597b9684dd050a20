"""What the area holds of a person, as he gets it."""

from server.core.own_data import OwnPart, Shown, Words
from server.duty.tables import away, badge, check_in, hand_over_note, last_position, lending, position

_LATITUDE, _LONGITUDE = Words("纬度", "latitude"), Words("经度", "longitude")
_ACCURACY, _TIME = Words("精度（米）", "accuracy (m)"), Words("时间", "time")

OWN_DATA = (
    OwnPart(
        "check_ins",
        Words("签到", "Check-ins"),
        (check_in.c.account_id,),
        (
            Shown(check_in.c.at, Words("签到时间", "checked in")),
            Shown(check_in.c.post_id, Words("岗位编号", "post")),
            Shown(check_in.c.date, Words("日期", "date")),
            Shown(check_in.c.peak, Words("时段", "peak")),
            Shown(check_in.c.category, Words("类别", "category")),
            Shown(check_in.c.claimed_at, Words("手机时间", "by the phone's clock")),
            Shown(check_in.c.verdict, Words("是否准时", "verdict")),
            Shown(check_in.c.minutes_late, Words("迟到分钟", "minutes late")),
            Shown(check_in.c.flags, Words("标记", "flags")),
            Shown(check_in.c.verified, Words("已核实", "verified")),
            Shown(check_in.c.latitude, _LATITUDE),
            Shown(check_in.c.longitude, _LONGITUDE),
            Shown(check_in.c.accuracy_m, _ACCURACY),
            Shown(check_in.c.distance_m, Words("距岗位（米）", "distance (m)")),
            Shown(check_in.c.device_id, Words("设备", "device")),
            Shown(check_in.c.confirmed_at, Words("确认时间", "confirmed")),
            Shown(check_in.c.checked_out_at, Words("签退时间", "checked out")),
            Shown(check_in.c.checked_out_how, Words("签退方式", "checked out how")),
        ),
    ),
    OwnPart(
        "positions",
        Words("值勤位置", "Positions on duty"),
        (position.c.account_id,),
        (
            Shown(position.c.at, _TIME),
            Shown(position.c.latitude, _LATITUDE),
            Shown(position.c.longitude, _LONGITUDE),
            Shown(position.c.accuracy_m, _ACCURACY),
        ),
    ),
    OwnPart(
        "last_position",
        Words("最近位置", "Last position"),
        (last_position.c.account_id,),
        (
            Shown(last_position.c.at, _TIME),
            Shown(last_position.c.latitude, _LATITUDE),
            Shown(last_position.c.longitude, _LONGITUDE),
            Shown(last_position.c.accuracy_m, _ACCURACY),
        ),
    ),
    OwnPart(
        "lendings",
        Words("借调到别的岗位", "Lent to another post"),
        (lending.c.account_id,),
        (
            Shown(lending.c.asked_at, _TIME),
            Shown(lending.c.from_post_id, Words("原岗位编号", "from post")),
            Shown(lending.c.to_post_id, Words("去往岗位编号", "to post")),
            Shown(lending.c.state, Words("状态", "state")),
            Shown(lending.c.answered_at, Words("最近变化", "last change")),
        ),
    ),
    OwnPart(
        "hand_over_notes",
        Words("交接班留言", "Notes for the next shift"),
        (hand_over_note.c.written_by,),
        (
            Shown(hand_over_note.c.written_at, _TIME),
            Shown(hand_over_note.c.post_id, Words("岗位编号", "post")),
            Shown(hand_over_note.c.text, Words("内容", "text")),
        ),
    ),
    OwnPart(
        "away",
        Words("不在岗位", "Away from the post"),
        (away.c.account_id,),
        (
            Shown(away.c.since, Words("从何时起", "since")),
            Shown(away.c.seen_at, Words("最近一次", "last seen")),
            Shown(away.c.distance_m, Words("距岗位（米）", "distance (m)")),
            Shown(away.c.answer, Words("本人回答", "answer")),
        ),
    ),
    OwnPart(
        "badges",
        Words("胸牌", "Badges"),
        (badge.c.account_id,),
        (
            Shown(badge.c.issued_at, Words("制作时间", "made at")),
            Shown(badge.c.revoked_at, Words("作废时间", "revoked at")),
            Shown(badge.c.reason, Words("作废原因", "why it was revoked")),
        ),
    ),
)

NOT_OWN_DATA = {
    badge.c.issued_by: "a console user's; the badge is somebody else's",
    badge.c.revoked_by: "a console user's; the badge is somebody else's",
    lending.c.asked_by: "a console user's; the audit log names him",
    hand_over_note.c.read_by: "the note is another person's",
    check_in.c.assisted_by: "the check-in is another person's; the act is in the audit log",
    check_in.c.confirmed_by: "the check-in is another person's; the act is in the audit log",
}
