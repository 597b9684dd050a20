"""What the area keeps of people, what for and for how long."""

from server.calendar.tables import roster
from server.core.kept_data import KeptData, Stays
from server.core.own_data import Words

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
)
