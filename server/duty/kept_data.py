"""What the area keeps of people, what for and for how long."""

from datetime import timedelta

from server.core.database.old_rows import oldest
from server.core.kept_data import ForDays, KeptData, Stays, UntilThen
from server.core.own_data import Words
from server.duty.rules.hand_overs import KEPT_DAYS
from server.duty.tables import (
    away,
    badge,
    badge_use,
    check_in,
    hand_over_note,
    last_position,
    lending,
    position,
)

_CONSOLES = Words("管辖该岗位的指挥台", "the consoles in whose scope the post lies")

KEPT = (
    KeptData(
        name="positions",
        order=1,
        tables=(position, last_position),
        what=Words("位置，只在值岗时：轨迹和最后位置", "positions, on duty only: trail and last known"),
        whose=Words("同意提供位置的护学员", "guards who agreed to it"),
        purpose=Words("出事时叫最近的人去", "to send who is nearest when something happens"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.position_days),
            Words("采集后", "after they were measured"),
            (
                lambda before: oldest(position, position.c.at < before),
                lambda before: oldest(last_position, last_position.c.at < before),
            ),
            ("HUXUE_POSITION_DAYS",),
        ),
        at_erasure=Words(
            "删除；撤回位置同意时也立即删除", "deleted; so it is when the consent to positions is withdrawn"
        ),
    ),
    # Before the check-ins that they are of.
    KeptData(
        name="lendings",
        order=2,
        tables=(lending,),
        what=Words(
            "借调：谁从哪个岗位去哪个、谁提出、理由", "who was lent from which post to which, by whom and why"
        ),
        whose=Words("被借调的护学员", "guards who were asked"),
        purpose=Words("缺人的岗位就近借人", "to lend a post that lacks somebody a head"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.event_days),
            Words("提出后", "after they were asked"),
            (lambda before: oldest(lending, lending.c.asked_at < before),),
            ("HUXUE_EVENT_DAYS",),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="check_ins",
        order=2,
        tables=(check_in,),
        what=Words("签到和签到位置", "check-ins with their place"),
        whose=Words("护学员", "guards"),
        purpose=Words("知道岗位上有没有人，并统计", "to know whether a post is staffed, and for figures"),
        seen_by=Words(
            "管辖该岗位的指挥台；同岗值勤人员",
            "the consoles in whose scope the post lies; who is on duty there",
        ),
        kept=ForDays(
            lambda settings: timedelta(days=settings.check_in_days),
            Words("签到后", "after the check-in"),
            (lambda before: oldest(check_in, check_in.c.at < before),),
            ("HUXUE_CHECK_IN_DAYS",),
        ),
        at_erasure=Words("清空位置和设备，数字保留", "place and device are blanked, figures stay"),
    ),
    KeptData(
        name="hand_over_notes",
        order=2,
        tables=(hand_over_note,),
        what=Words("交接班留言", "notes for the next shift"),
        whose=Words("写留言的带班领导，先读的人", "the duty leader who wrote one, and who read it first"),
        purpose=Words("把岗位上的事告诉下一班", "to tell the next shift what it must know of the post"),
        seen_by=Words(
            "该岗位下一班的人，管辖该岗位的指挥台",
            "the next shift of that post; the consoles in whose scope it lies",
        ),
        kept=ForDays(
            lambda _settings: timedelta(days=KEPT_DAYS),
            Words("写下后", "after it was written"),
            (lambda before: oldest(hand_over_note, hand_over_note.c.written_at < before),),
        ),
        at_erasure=Words(
            "本人写的删除，读过的去掉姓名", "one's own are deleted, the reader's name is taken from others"
        ),
    ),
    KeptData(
        name="away",
        order=2,
        tables=(away,),
        what=Words(
            "值岗时不在岗位：从何时起、多远、本人怎么说",
            "away from the post on duty: since when, how far, what he says",
        ),
        whose=Words("同意提供位置的护学员", "guards who agreed to give their position"),
        purpose=Words(
            "问一声、补上岗位，不作处罚", "to ask, and to fill the post; nobody is punished for it"
        ),
        seen_by=Words(
            "本人，本岗带班领导，管辖该岗位的指挥台",
            "the guard, the leader of his post, the consoles in whose scope it lies",
        ),
        kept=UntilThen(Words("回到岗位、签退或这一班结束", "until he is back, checks out or the shift ends")),
        at_erasure=Words(
            "删除；撤回位置同意时也立即删除", "deleted; so it is when the consent to positions is withdrawn"
        ),
    ),
    KeptData(
        name="badges",
        order=2,
        tables=(badge,),
        what=Words("胸牌：给谁、何时制作、何时因何作废", "badges: whose, when made, when and why revoked"),
        whose=Words("没有智能手机的护学员", "guards without a smartphone"),
        purpose=Words("由带班领导扫码签到、签退", "to be checked in and out by the duty leader"),
        seen_by=Words("本校（民警为本所）", "his school, of police his station"),
        kept=Stays(Words("作废的胸牌要一直认得出", "they stay: a revoked badge must be known for one")),
        at_erasure=Words("作废，原因删去，保留编号", "revoked; the reason is blanked, the number stays"),
    ),
    KeptData(
        name="badge_uses",
        order=2,
        tables=(badge_use,),
        what=Words("哪次签到是扫胸牌签的", "which check-ins were made by a badge"),
        whose=Words("没有智能手机的护学员", "guards without a smartphone"),
        purpose=Words("说明签到凭什么", "to say on what a check-in rests"),
        seen_by=_CONSOLES,
        kept=ForDays(
            lambda settings: timedelta(days=settings.check_in_days),
            Words("签到后", "after the check-in"),
            (lambda before: oldest(badge_use, badge_use.c.at < before),),
            ("HUXUE_CHECK_IN_DAYS",),
        ),
        at_erasure=Words("数字保留", "figures stay"),
    ),
)
