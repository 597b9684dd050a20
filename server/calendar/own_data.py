"""What the area holds of a person, as he gets it."""

from server.calendar.tables import roster
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
)
