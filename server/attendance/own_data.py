"""What the area holds of a person, as he gets it."""

from server.attendance.tables import certificate, correction, no_show, service_month
from server.core.own_data import OwnPart, Shown, Words

OWN_DATA = (
    OwnPart(
        "service_months",
        Words("每月服务", "Service by month"),
        (service_month.c.account_id,),
        (
            Shown(service_month.c.month, Words("月份", "month")),
            Shown(service_month.c.on_time, Words("准时到岗", "duties on time")),
            Shown(service_month.c.late, Words("迟到", "late")),
            Shown(service_month.c.minutes, Words("服务分钟", "minutes of service")),
            Shown(service_month.c.unverified, Words("未核实", "unverified")),
            Shown(service_month.c.no_shows, Words("未到", "no-shows")),
        ),
    ),
    OwnPart(
        "no_shows",
        Words("未到岗", "No-shows"),
        (no_show.c.account_id,),
        (
            Shown(no_show.c.date, Words("日期", "date")),
            Shown(no_show.c.peak, Words("时段", "peak")),
            Shown(no_show.c.post_id, Words("岗位编号", "post")),
        ),
    ),
    OwnPart(
        "corrections",
        Words("更正过的考勤", "Corrected records of duty"),
        (correction.c.account_id,),
        (
            Shown(correction.c.date, Words("日期", "date")),
            Shown(correction.c.peak, Words("时段", "peak")),
            Shown(correction.c.post_id, Words("岗位编号", "post")),
            Shown(correction.c.came_at, Words("更正后的到岗时间", "came at, as corrected")),
            Shown(correction.c.left_at, Words("更正后的离岗时间", "left at, as corrected")),
            Shown(correction.c.reason, Words("原因", "reason")),
            Shown(correction.c.corrected_at, Words("更正时间", "corrected at")),
        ),
    ),
    OwnPart(
        "certificates",
        Words("服务证明", "Certificates of service"),
        (certificate.c.account_id,),
        (
            Shown(certificate.c.number, Words("编号", "number")),
            Shown(certificate.c.name, Words("姓名", "name")),
            Shown(certificate.c.category, Words("身份", "capacity")),
            Shown(certificate.c.unit, Words("所属单位", "unit")),
            Shown(certificate.c.since, Words("从", "from")),
            Shown(certificate.c.until, Words("到", "until")),
            Shown(certificate.c.minutes, Words("服务分钟", "minutes of service")),
            Shown(certificate.c.on_time, Words("准时到岗", "duties on time")),
            Shown(certificate.c.late, Words("迟到", "late")),
            Shown(certificate.c.issued_at, Words("出具时间", "issued at")),
            Shown(certificate.c.revoked_at, Words("作废时间", "revoked at")),
            Shown(certificate.c.reason, Words("作废原因", "why it was revoked")),
        ),
    ),
)
NOT_OWN_DATA = {
    correction.c.corrected_by: "a console user's; the correction is about somebody else",
    certificate.c.revoked_by: "a console user's; the certificate is somebody else's",
}
