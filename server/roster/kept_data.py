"""What the area keeps of people, what for and for how long."""

from datetime import timedelta

from sqlalchemy import select

from server.core.database.old_rows import oldest
from server.core.kept_data import ForDays, KeptData, Stays
from server.core.own_data import Words
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

_CONSOLES = Words("管辖该岗位的指挥台", "the consoles in whose scope the post lies")

KEPT = (
    KeptData(
        name="planned_duties",
        order=4,
        tables=(planned_duty,),
        what=Words(
            "排班草稿：谁、哪天、哪个岗位、哪个席位", "drafts of plans: who, when, at which post and seat"
        ),
        whose=Words("排了班的护学员", "guards on a plan"),
        purpose=Words("排班", "to plan who stands where"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.check_in_days),
            Words("当天过后", "after the day"),
            (lambda before: oldest(planned_duty, planned_duty.c.date < before.date()),),
            ("HUXUE_CHECK_IN_DAYS",),
        ),
        at_erasure=Words("姓名去掉，席位空出", "the person is taken out, the seat is open"),
    ),
    KeptData(
        name="duty_patterns",
        order=4,
        tables=(duty_pattern,),
        what=Words(
            "固定排班：谁、每周哪几天、哪个岗位和高峰、从哪天到哪天",
            "weekly patterns: who, on which weekdays, at which post and peak, from when until when",
        ),
        whose=Words("有固定班次的护学员", "guards with a weekly duty"),
        purpose=Words("每周不必重新排", "so that nobody plans the same week anew"),
        seen_by=_CONSOLES,
        kept=Stays(
            Words("学校删去，或岗位停用、换学校", "until the school takes it out, or the post is given up")
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="absences",
        order=4,
        tables=(absence,),
        what=Words("请假：从哪天到哪天，病假或其他", "absences: from when to when, ill or other"),
        whose=Words("请了假的护学员", "guards who are away"),
        purpose=Words("不把请假的人排进去", "to plan nobody who is away"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.check_in_days),
            Words("最后一天过后", "after the last day"),
            (lambda before: oldest(absence, absence.c.last_day < before.date()),),
            ("HUXUE_CHECK_IN_DAYS",),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="calendar_links",
        order=4,
        tables=(calendar_link,),
        what=Words(
            "手机日历的班次链接：只留指纹，何时生成，哪天被读取",
            "link of duties in a calendar: its hash alone, when it was made, on which day it was read",
        ),
        whose=Words("生成了链接的护学员", "guards who made one"),
        purpose=Words("让本人的手机日历读取班次", "so that a guard's own calendar reads his duties"),
        seen_by=Words("本人", "the guard himself"),
        kept=Stays(Words("本人停用或注销即删除", "until he takes it back or closes his account")),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="duty_reminders",
        order=4,
        tables=(duty_reminder,),
        what=Words("值守提醒：提醒了谁、哪个班次、何时", "reminders of duties: whom, of which duty, when"),
        whose=Words("有班次的护学员", "guards who have a duty"),
        purpose=Words("每个班次只提醒一次", "so that nobody is reminded twice"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.event_days),
            Words("当天过后", "after the day"),
            (lambda before: oldest(duty_reminder, duty_reminder.c.date < before.date()),),
            ("HUXUE_EVENT_DAYS",),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="stand_ins",
        order=4,
        tables=(stand_in_asked, stand_in),
        what=Words(
            "找人顶班：谁的哪个班次、问过谁、谁接了、谁恢复了",
            "searches for a stand-in: whose duty, who was asked, who took it, who undid it",
        ),
        whose=Words("来不了的人和被问到的人", "who could not come and who was asked"),
        purpose=Words("补上班次，并轮流问人", "to fill the duty, and to ask people in turn"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.event_days),
            Words("当天过后", "after the day"),
            (
                lambda before: oldest(
                    stand_in_asked,
                    stand_in_asked.c.stand_in_id.in_(
                        select(stand_in.c.id).where(stand_in.c.date < before.date())
                    ),
                ),
                lambda before: oldest(stand_in, stand_in.c.date < before.date()),
            ),
            ("HUXUE_EVENT_DAYS",),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="place_waits",
        order=4,
        tables=(place_wait,),
        what=Words("排队等空缺班次：谁、哪个班次、何时起", "who waits for which place, and since when"),
        whose=Words("排队的志愿者", "volunteers who wait"),
        purpose=Words("有人退回时按顺序递补", "to give a place that becomes free to the first who waits"),
        seen_by=Words("本人；同校志愿者只见人数", "the person; volunteers of the school see how many"),
        kept=ForDays(
            lambda settings: timedelta(days=settings.event_days),
            Words(
                "当天过后；递补到或过了截止时间即删除",
                "after the day; sooner once he gets one",
            ),
            (lambda before: oldest(place_wait, place_wait.c.date < before.date()),),
            ("HUXUE_EVENT_DAYS",),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="duty_wishes",
        order=4,
        tables=(duty_wish,),
        what=Words(
            "班次意愿：谁愿意、谁不太方便在星期几的哪个岗位和高峰",
            "wishes: who would like, or rather not, to stand at which post and peak on which weekday",
        ),
        whose=Words("填写了意愿的护学员", "guards who said one"),
        purpose=Words("草拟排班时尽量照顾", "to keep them in drafts where it can be done"),
        seen_by=_CONSOLES,
        kept=Stays(
            Words(
                "本人改掉即删除；换学校后再填时删除", "until he takes it back, or says one at another school"
            )
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="swaps",
        order=4,
        tables=(swap,),
        what=Words(
            "换班：谁的哪个班次、谁接、换出哪个、谁同意",
            "swaps: whose duty, who takes it, for which, who agreed",
        ),
        whose=Words("换班的两个人", "the two people of a swap"),
        purpose=Words("两人换班，学校同意", "so that two people change duties and the school agrees"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.event_days),
            Words("当天过后", "after the day"),
            (lambda before: oldest(swap, swap.c.date < before.date()),),
            ("HUXUE_EVENT_DAYS",),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
)
