"""What the area holds of a person, as he gets it."""

from server.core.own_data import OwnPart, Shown, Words
from server.people.tables.absences import absence
from server.roster.tables import (
    calendar_link,
    duty_pattern,
    duty_reminder,
    duty_wish,
    place_wait,
    planned_duty,
    stand_in,
    stand_in_asked,
    swap,
)

OWN_DATA = (
    OwnPart(
        "absences",
        Words("请假", "Absences"),
        (absence.c.account_id,),
        (
            Shown(absence.c.first_day, Words("第一天", "first day")),
            Shown(absence.c.last_day, Words("最后一天", "last day")),
            Shown(absence.c.kind, Words("原因", "reason")),
            Shown(absence.c.entered_at, Words("填写时间", "entered at")),
            Shown(absence.c.withdrawn_at, Words("撤回时间", "withdrawn at")),
        ),
    ),
    OwnPart(
        "calendar_link",
        Words("手机日历的班次链接", "Link of duties in a calendar"),
        (calendar_link.c.account_id,),
        (
            Shown(calendar_link.c.made_at, Words("生成时间", "made at")),
            Shown(calendar_link.c.last_read_on, Words("最近读取", "last read on")),
        ),
    ),
    OwnPart(
        "duty_reminders",
        Words("值守提醒", "Reminders of duties"),
        (duty_reminder.c.account_id,),
        (
            Shown(duty_reminder.c.post_id, Words("岗位编号", "post")),
            Shown(duty_reminder.c.date, Words("日期", "date")),
            Shown(duty_reminder.c.peak, Words("时段", "peak")),
            Shown(duty_reminder.c.kind, Words("哪次提醒", "which reminder")),
            Shown(duty_reminder.c.reminded_at, Words("提醒时间", "reminded at")),
            Shown(duty_reminder.c.sent, Words("发出了消息", "a message went")),
        ),
    ),
    OwnPart(
        "stand_ins",
        Words("请人顶班", "Searches for a stand-in"),
        (stand_in.c.account_id, stand_in.c.taken_by),
        (
            Shown(stand_in.c.post_id, Words("岗位编号", "post")),
            Shown(stand_in.c.date, Words("日期", "date")),
            Shown(stand_in.c.peak, Words("时段", "peak")),
            Shown(stand_in.c.state, Words("状态", "state")),
            Shown(stand_in.c.asked_at, Words("提出时间", "asked at")),
            Shown(stand_in.c.ended_at, Words("结束时间", "ended at")),
        ),
    ),
    OwnPart(
        "swaps",
        Words("换班", "Swaps of duties"),
        (swap.c.account_id, swap.c.taken_by),
        (
            Shown(swap.c.post_id, Words("岗位编号", "post")),
            Shown(swap.c.date, Words("日期", "date")),
            Shown(swap.c.peak, Words("时段", "peak")),
            Shown(swap.c.state, Words("状态", "state")),
            Shown(swap.c.offered_at, Words("提出时间", "offered at")),
            Shown(swap.c.taken_at, Words("接下时间", "taken at")),
            Shown(swap.c.return_post_id, Words("换出的岗位编号", "post given for it")),
            Shown(swap.c.return_date, Words("换出的日期", "date given for it")),
            Shown(swap.c.return_peak, Words("换出的时段", "peak given for it")),
            Shown(swap.c.ended_at, Words("结束时间", "ended at")),
        ),
    ),
    OwnPart(
        "place_waits",
        Words("排队等候的班次", "Places waited for"),
        (place_wait.c.account_id,),
        (
            Shown(place_wait.c.post_id, Words("岗位编号", "post")),
            Shown(place_wait.c.date, Words("日期", "date")),
            Shown(place_wait.c.peak, Words("时段", "peak")),
            Shown(place_wait.c.since, Words("排队时间", "since")),
        ),
    ),
    OwnPart(
        "duty_wishes",
        Words("班次意愿", "Wishes for drafts"),
        (duty_wish.c.account_id,),
        (
            Shown(duty_wish.c.post_id, Words("岗位编号", "post")),
            Shown(duty_wish.c.peak, Words("时段", "peak")),
            Shown(duty_wish.c.weekday, Words("星期（0 是星期一）", "weekday (0 is Monday)")),
            Shown(duty_wish.c.wish, Words("意愿", "wish")),
            Shown(duty_wish.c.changed_at, Words("填写时间", "said at")),
        ),
    ),
    OwnPart(
        "stand_ins_asked",
        Words("被请顶班", "Asked to stand in"),
        (stand_in_asked.c.account_id,),
        (Shown(stand_in_asked.c.asked_at, Words("询问时间", "asked at")),),
    ),
)
NOT_OWN_DATA = {
    swap.c.decided_by: "a console user's; what he decided is about the plan",
    stand_in.c.undone_by: "a console user's; what he did is about the plan",
    planned_duty.c.account_id: "a draft of a plan, which tells nobody anything until it is published",
    duty_pattern.c.account_id: "a draft of weeks to come, which tells nobody anything until a week is published",
    duty_pattern.c.changed_by: "a console user's; the change is about the plan",
    planned_duty.c.changed_by: "a console user's, or who took or left his own seat; the change is about the plan",
    absence.c.entered_by: "the person himself, whose rows he gets, or a console user",
}
