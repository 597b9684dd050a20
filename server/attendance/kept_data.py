"""What the area keeps of people, what for and for how long."""

from datetime import timedelta

from server.attendance.tables import (
    certificate,
    closed_until,
    correction,
    no_show,
    peak_outcome,
    service_month,
)
from server.core.database.old_rows import oldest
from server.core.kept_data import ForDays, KeptData, Stays
from server.core.own_data import Words

_CONSOLES = Words("管辖该岗位的指挥台", "the consoles in whose scope the post lies")

KEPT = (
    KeptData(
        name="peak_outcomes",
        tables=(peak_outcome, closed_until),
        what=Words(
            "每个岗位每个高峰的结果：应到、在岗、迟到、未到的人数和分钟",
            "what became of each peak of a post: heads and minutes, required and kept",
        ),
        whose=Words("不含个人", "no person"),
        purpose=Words("考勤统计和月报", "attendance figures and the monthly table"),
        seen_by=_CONSOLES,
        kept=Stays(Words("一直保留：只是数字", "they stay: they are figures alone")),
        at_erasure=Words("不涉及", "not concerned"),
    ),
    KeptData(
        name="no_shows",
        order=3,
        tables=(no_show,),
        what=Words("排了班却没有到岗：哪个岗位、哪个高峰", "who was planned and did not come: post and peak"),
        whose=Words("排了班的护学员", "guards on a roster"),
        purpose=Words("考勤统计，便于核对和更正", "attendance figures that can be checked and corrected"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.check_in_days),
            Words("该日之后", "after that day"),
            (lambda before: oldest(no_show, no_show.c.date < before.date()),),
            ("HUXUE_CHECK_IN_DAYS",),
        ),
        at_erasure=Words("保留编号，姓名随账号删除", "the number stays, the name goes with the account"),
    ),
    KeptData(
        name="service_months",
        order=3,
        tables=(service_month,),
        what=Words(
            "每月服务：到岗次数、迟到、时长、未核实、未到",
            "service by month: duties, late ones, minutes, unverified ones, no-shows",
        ),
        whose=Words("护学员", "guards"),
        purpose=Words("证明服务时长", "to prove hours of service"),
        seen_by=Words("本人", "the guard himself"),
        kept=Stays(
            Words(
                "签到删除后仍保留，作为服务时长的依据",
                "stay when check-ins are deleted: they prove hours of service",
            )
        ),
        at_erasure=Words("只留数字，姓名随账号删除", "figures stay, the name goes with the account"),
    ),
    KeptData(
        name="corrections",
        order=3,
        tables=(correction,),
        what=Words(
            "更正过的考勤：谁、哪个高峰、更正成什么、原因、谁更正的",
            "corrected records of duty: whose, which peak, what counts instead, why and by whom",
        ),
        whose=Words("被更正的护学员、更正的人", "guards, and who corrected their records"),
        purpose=Words("更正签到记录，原记录不改", "to correct what the log says, which stays as it is"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.check_in_days),
            Words("该日之后", "after that day"),
            (lambda before: oldest(correction, correction.c.date < before.date()),),
            ("HUXUE_CHECK_IN_DAYS",),
        ),
        at_erasure=Words("原因删去，保留编号", "the reason is blanked, the number stays"),
    ),
    KeptData(
        name="certificates",
        order=3,
        tables=(certificate,),
        what=Words(
            "服务证明：编号、姓名、身份、单位、期间、时长，是否作废和原因",
            "certificates of service: number, name, capacity, unit, days, time served, whether revoked and why",
        ),
        whose=Words("开过证明的护学员", "guards who made one"),
        purpose=Words("凭编号查验证明真伪", "to tell by its number whether a certificate is genuine"),
        seen_by=Words(
            "本人、区管理员；其他人凭编号只能查到是否有效",
            "the guard himself and the district; others hear by its number whether it counts, no more",
        ),
        kept=Stays(
            Words("一直保留：纸上的证明要查得到", "they stay: what is on paper must be found"),
        ),
        at_erasure=Words(
            "姓名、单位和原因删去，编号保留", "name, unit and reason are blanked, the number stays"
        ),
    ),
)
