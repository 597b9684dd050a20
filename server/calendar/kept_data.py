"""What the area keeps of people, what for and for how long."""

from datetime import datetime, timedelta

from sqlalchemy import Delete

from server.calendar.tables import duty_answer, published_duty, roster
from server.core.database.kept_rows import LEAVES_KEPT
from server.core.database.old_rows import oldest
from server.core.kept_data import ForDays, KeptData, Stays
from server.core.own_data import Words


def _old_duties(before: datetime) -> Delete:
    """Delete duties of days that no check-in asks about any more."""
    old = oldest(published_duty, published_duty.c.date < before.date())
    return old.execution_options(**{LEAVES_KEPT: True})


KEPT = (
    KeptData(
        name="roster",
        order=3,
        tables=(roster,),
        what=Words(
            "排班：姓名、手机号、类别、岗位、星期", "rosters: name, telephone, category, post, weekdays"
        ),
        whose=Words("排了班的人，包括尚未登记的", "whoever is on a roster, registered or not"),
        purpose=Words("知道哪个岗位该有谁", "to know who is due at a post"),
        seen_by=Words("管辖该岗位的指挥台", "the consoles in whose scope the post lies"),
        kept=Stays(
            Words(
                "到导入新的排班（--replace-rosters）、其中不再有此人为止",
                "until a new roster (imported with --replace-rosters) leaves the person out",
            )
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="published_duties",
        order=3,
        tables=(published_duty,),
        what=Words(
            "已发布的班次：谁、哪天、哪个岗位、哪个席位",
            "published duties: who, when, at which post and seat",
        ),
        whose=Words("排了班的护学员", "guards on a plan"),
        purpose=Words(
            "让本人知道何时到岗，让岗位知道该有谁", "to tell them when to come, and the post who is due"
        ),
        seen_by=Words("本人；管辖该岗位的指挥台", "the person; the consoles in whose scope the post lies"),
        kept=ForDays(
            lambda settings: timedelta(days=settings.check_in_days),
            Words("当天过后", "after the day"),
            (_old_duties,),
            ("HUXUE_CHECK_IN_DAYS",),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="duty_answers",
        order=3,
        tables=(duty_answer,),
        what=Words(
            "对班次的答复：谁、哪天、哪个岗位，我会到岗或我不能到岗，何时答的",
            "answers about duties: who, when, at which post, coming or not, when it was said",
        ),
        whose=Words("有班次的护学员", "guards who have a duty"),
        purpose=Words("提前知道谁来不了，及时补上", "to know early who cannot come, and fill the seat"),
        seen_by=Words(
            "本人；管辖该岗位的指挥台；该岗位的值守组长",
            "the person; the consoles in whose scope the post lies; the duty leader there",
        ),
        kept=ForDays(
            lambda settings: timedelta(days=settings.event_days),
            Words("当天过后", "after the day"),
            (lambda before: oldest(duty_answer, duty_answer.c.date < before.date()),),
            ("HUXUE_EVENT_DAYS",),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
)
