"""What the area holds of a person, as he gets it."""

from server.core.own_data import OwnPart, Shown, Words
from server.delivery.tables import last_reached, message, push_subscription

OWN_DATA = (
    OwnPart(
        "messages",
        Words("发给您的消息", "Messages to you"),
        (message.c.account_id,),
        (
            Shown(message.c.created_at, Words("时间", "time")),
            Shown(message.c.channel, Words("方式", "channel")),
            Shown(message.c.purpose, Words("用途", "purpose")),
            Shown(message.c.state, Words("状态", "state")),
            Shown(message.c.sent_at, Words("发出时间", "sent")),
            Shown(message.c.delivered_at, Words("送达时间", "delivered")),
            Shown(message.c.alarm_id, Words("警报编号", "alarm")),
        ),
    ),
    OwnPart(
        "push_subscriptions",
        Words("推送订阅", "Push subscriptions"),
        (push_subscription.c.account_id,),
        (
            Shown(push_subscription.c.created_at, Words("时间", "time")),
            Shown(push_subscription.c.endpoint, Words("地址", "address")),
            Shown(push_subscription.c.device, Words("设备", "device")),
            Shown(push_subscription.c.last_ok_at, Words("最近成功", "last success")),
        ),
    ),
    OwnPart(
        "last_reached",
        Words("最近送达", "Last reached"),
        (last_reached.c.account_id,),
        (
            Shown(last_reached.c.channel, Words("方式", "channel")),
            Shown(last_reached.c.at, Words("时间", "time")),
        ),
    ),
)
