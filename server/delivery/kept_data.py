"""What the area keeps of people, what for and for how long."""

from datetime import timedelta

from sqlalchemy import and_

from server.core.database.old_rows import oldest
from server.core.kept_data import ForDays, KeptData, Stays, UntilThen
from server.core.own_data import Words
from server.delivery.tables import hook, last_reached, message, push_subscription, sms_use

_CALLED = Words("被通知的人", "whoever is sent a message")
_SENT = Words("写下后", "after they were written")
_ADDRESS_GOES = Words("清空地址", "the address is blanked")

KEPT = (
    KeptData(
        name="alarm_messages",
        order=3,
        tables=(message,),
        what=Words(
            "报警的通知记录：发给谁、何时、结果；不含内容",
            "messages of an alarm: to whom, when, how it went; without the texts",
        ),
        whose=_CALLED,
        purpose=Words("查明报警通知到了谁", "to know whom an alarm reached"),
        seen_by=Words("管辖该报警的指挥台", "the consoles in whose scope the alarm lies"),
        kept=ForDays(
            lambda settings: timedelta(days=settings.check_in_days),
            _SENT,
            (
                lambda before: oldest(
                    message, and_(message.c.alarm_id.is_not(None), message.c.created_at < before)
                ),
            ),
            ("HUXUE_CHECK_IN_DAYS",),
        ),
        at_erasure=_ADDRESS_GOES,
    ),
    KeptData(
        name="other_messages",
        order=4,
        tables=(message,),
        what=Words(
            "其他消息（验证码、测试、班次变动），不含内容",
            "other messages (one-time codes, tests, changed duties), without the texts",
        ),
        whose=_CALLED,
        purpose=Words("查明验证码或通知为何没有送到", "to find out why a code or a notice did not come"),
        seen_by=Words("本人（个人数据副本）", "the person, in his copy"),
        kept=ForDays(
            lambda settings: timedelta(days=settings.event_days),
            _SENT,
            (
                lambda before: oldest(
                    message, and_(message.c.alarm_id.is_(None), message.c.created_at < before)
                ),
            ),
            ("HUXUE_EVENT_DAYS",),
        ),
        at_erasure=_ADDRESS_GOES,
    ),
    KeptData(
        name="push_subscriptions",
        tables=(push_subscription,),
        what=Words("推送订阅", "push subscriptions"),
        whose=Words("打开通知的人", "whoever turned notices on"),
        purpose=Words("手机锁屏时也能叫到他", "to call him while his phone is locked"),
        seen_by=Words(
            "无人；浏览器的推送服务转送加密的通知",
            "nobody; the browser's push service carries sealed notices",
        ),
        kept=UntilThen(
            Words(
                "手机退出登录、推送服务注销，或已有五个更新的为止",
                "until the phone signs out, its service forgets it, or five newer ones are there",
            )
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="last_reached",
        tables=(last_reached,),
        what=Words("各通道上次联系到某人的时间", "when a channel last reached somebody"),
        whose=_CALLED,
        purpose=Words("高峰前看出谁联系不上", "to see before a peak who cannot be reached"),
        seen_by=Words("管辖此人的指挥台", "the consoles in whose scope he is"),
        kept=Stays(
            Words("每个账号每个通道一行，不断覆盖", "one row for each account and channel, overwritten")
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="sms_use",
        tables=(sms_use,),
        what=Words("每月发出和扣下的短信条数", "how many SMS a month were sent and held back"),
        whose=Words("不含个人", "no person"),
        purpose=Words("不超出短信预算", "to stay within the budget for SMS"),
        seen_by=Words("指挥台", "consoles"),
        kept=Stays(Words("每区每月一行", "one row for each district and month")),
        at_erasure=Words("不涉及", "not concerned"),
    ),
    KeptData(
        name="hooks",
        tables=(hook,),
        what=Words("群和接口的地址", "chat rooms and webhooks"),
        whose=Words("单位，不含个人", "institutions, no person"),
        purpose=Words("把报警通知到群", "to tell a chat room of an alarm"),
        seen_by=Words("区管理员", "district administrators"),
        kept=Stays(Words("到有人修改为止", "until somebody changes them")),
        at_erasure=Words("不涉及", "not concerned"),
    ),
)
