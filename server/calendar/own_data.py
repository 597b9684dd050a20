"""What the area holds of a person, as he gets it."""

from server.calendar.tables import duty_answer, published_duty, roster
from server.core.own_data import OwnPart, Shown, Words

OWN_DATA = (
    OwnPart(
        "roster",
        Words("排班", "Roster"),
        (roster.c.account_id,),
        (
            Shown(roster.c.post_id, Words("岗位编号", "post")),
            Shown(roster.c.name, Words("姓名", "name")),
            Shown(roster.c.phone_sealed, Words("手机号", "telephone")),
            Shown(roster.c.category, Words("类别", "category")),
            Shown(roster.c.peak, Words("时段", "peak")),
            Shown(roster.c.weekdays, Words("星期", "weekdays")),
        ),
    ),
    OwnPart(
        "published_duties",
        Words("已发布的班次", "Published duties"),
        (published_duty.c.account_id,),
        (
            Shown(published_duty.c.post_id, Words("岗位编号", "post")),
            Shown(published_duty.c.date, Words("日期", "date")),
            Shown(published_duty.c.peak, Words("时段", "peak")),
            Shown(published_duty.c.seat_group, Words("岗位类别", "group")),
            Shown(published_duty.c.seat, Words("席位", "seat")),
            Shown(published_duty.c.published_at, Words("发布时间", "published at")),
        ),
    ),
    OwnPart(
        "duty_answers",
        Words("对班次的答复", "Answers about duties"),
        (duty_answer.c.account_id,),
        (
            Shown(duty_answer.c.post_id, Words("岗位编号", "post")),
            Shown(duty_answer.c.date, Words("日期", "date")),
            Shown(duty_answer.c.peak, Words("时段", "peak")),
            Shown(duty_answer.c.answer, Words("答复", "answer")),
            Shown(duty_answer.c.answered_at, Words("答复时间", "answered at")),
        ),
    ),
)
