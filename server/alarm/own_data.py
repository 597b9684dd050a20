"""What the area holds of a person, as he gets it."""

from sqlalchemy import Connection

from server.alarm.queries import pictures
from server.alarm.tables.alarms import alarm, alarm_place, alarm_report, response
from server.alarm.tables.escalation import escalation_plan
from server.alarm.tables.follow_ups import follow_up
from server.alarm.tables.joint_response import joint_plan, joint_task, unit
from server.alarm.tables.pictures import JPEG, alarm_picture
from server.alarm.tables.standing import aside, voucher
from server.alarm.tables.timelines import alarm_entry
from server.core.files.clips import MP4, WEBM
from server.core.own_data import OwnFile, OwnPart, Shown, Words

_ALARM, _TIME = Words("警报编号", "alarm"), Words("时间", "time")
ENDINGS = {JPEG: "jpg", MP4: "mp4", WEBM: "webm"}
_LATITUDE, _LONGITUDE = Words("纬度", "latitude"), Words("经度", "longitude")
IN_THE_TIMELINE = "what a person does in an alarm stands in its timeline, which his copy has"
IN_THE_AUDIT_LOG = "what a console changes stands in the audit log, which his copy has"

OWN_DATA = (
    OwnPart(
        "alarms",
        Words("您发出的警报", "Alarms that you raised"),
        (alarm.c.raised_by,),
        (
            Shown(alarm.c.id, _ALARM),
            Shown(alarm.c.raised_at, _TIME),
            Shown(alarm.c.kind, Words("类型", "kind")),
            Shown(alarm.c.post_id, Words("岗位编号", "post")),
            Shown(alarm.c.latitude, _LATITUDE),
            Shown(alarm.c.longitude, _LONGITUDE),
            Shown(alarm.c.resolved_at, Words("结束时间", "ended")),
            Shown(alarm.c.outcome, Words("结果", "outcome")),
        ),
    ),
    OwnPart(
        "alarm_reports",
        Words("您对警报的按压", "Your presses for alarms"),
        (alarm_report.c.account_id,),
        (
            Shown(alarm_report.c.alarm_id, _ALARM),
            Shown(alarm_report.c.at, _TIME),
            Shown(alarm_report.c.latitude, _LATITUDE),
            Shown(alarm_report.c.longitude, _LONGITUDE),
        ),
    ),
    OwnPart(
        "responses",
        Words("您对呼叫的回应", "Your answers to calls"),
        (response.c.account_id,),
        (
            Shown(response.c.alarm_id, _ALARM),
            Shown(response.c.state, Words("状态", "state")),
            Shown(response.c.notified_at, Words("呼叫时间", "asked")),
            Shown(response.c.responded_at, Words("回应时间", "answered")),
        ),
    ),
    OwnPart(
        "alarm_pictures",
        Words(
            "您发到警报的照片和视频（文件夹 pictures）",
            "Pictures and clips that you sent to alarms (folder pictures)",
        ),
        (alarm_picture.c.account_id,),
        (
            Shown(alarm_picture.c.id, Words("编号", "number")),
            Shown(alarm_picture.c.alarm_id, _ALARM),
            Shown(alarm_picture.c.at, _TIME),
            Shown(alarm_picture.c.content_type, Words("类型", "type")),
            Shown(alarm_picture.c.width, Words("宽（像素）", "width (pixels)")),
            Shown(alarm_picture.c.height, Words("高（像素）", "height (pixels)")),
        ),
    ),
    OwnPart(
        "alarm_places",
        Words("由您得知的警报地点", "Places of alarms that came from you"),
        (alarm_place.c.account_id,),
        (
            Shown(alarm_place.c.alarm_id, _ALARM),
            Shown(alarm_place.c.at, _TIME),
            Shown(alarm_place.c.latitude, _LATITUDE),
            Shown(alarm_place.c.longitude, _LONGITUDE),
        ),
    ),
    OwnPart(
        "asides",
        Words("在警报中被搁置", "Put aside in alarms"),
        (aside.c.account_id,),
        (
            Shown(aside.c.alarm_id, _ALARM),
            Shown(aside.c.at, _TIME),
            Shown(aside.c.until, Words("至", "until")),
            Shown(aside.c.lifted_at, Words("解除时间", "lifted")),
        ),
    ),
    OwnPart(
        "vouchers",
        Words("在警报中被计入", "Let count in alarms"),
        (voucher.c.account_id,),
        (Shown(voucher.c.alarm_id, _ALARM), Shown(voucher.c.at, _TIME)),
    ),
    OwnPart(
        "alarm_entries",
        Words("您在警报中的操作", "What you did in alarms"),
        (alarm_entry.c.actor_id,),
        (
            Shown(alarm_entry.c.alarm_id, _ALARM),
            Shown(alarm_entry.c.at, _TIME),
            Shown(alarm_entry.c.act, Words("操作", "act")),
        ),
    ),
)

NOT_OWN_DATA = {
    alarm.c.acknowledged_by: IN_THE_TIMELINE,
    alarm.c.resolved_by: IN_THE_TIMELINE,
    alarm_place.c.dropped_by: IN_THE_TIMELINE,
    aside.c.by: IN_THE_TIMELINE,
    aside.c.lifted_by: IN_THE_TIMELINE,
    voucher.c.by: IN_THE_TIMELINE,
    joint_task.c.called_by: IN_THE_TIMELINE,
    follow_up.c.added_by: IN_THE_AUDIT_LOG,
    follow_up.c.done_by: IN_THE_AUDIT_LOG,
    escalation_plan.c.changed_by: IN_THE_AUDIT_LOG,
    unit.c.changed_by: IN_THE_AUDIT_LOG,
    joint_plan.c.changed_by: IN_THE_AUDIT_LOG,
}


def own_files(connection: Connection, account_id: int) -> list[OwnFile]:
    """Give the pictures and clips that somebody sent."""
    return [
        OwnFile(f"pictures/{one.id}.{ENDINGS[one.content_type]}", one.picture_file)
        for one in pictures.of_person(connection, account_id)
    ]
