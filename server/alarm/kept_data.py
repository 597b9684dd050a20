"""What the area keeps of people, what for and for how long."""

from datetime import timedelta

from server.alarm.tables.alarms import alarm, alarm_place, alarm_report, response
from server.alarm.tables.escalation import escalation_plan, ladder, ladder_step
from server.alarm.tables.follow_ups import follow_up
from server.alarm.tables.joint_response import joint_link, joint_plan, joint_task, joint_use, unit
from server.alarm.tables.pictures import alarm_picture
from server.alarm.tables.standing import aside, voucher
from server.alarm.tables.timelines import alarm_entry
from server.core.jobs.tables import stored_file
from server.core.kept_data import ForDays, KeptData, Stays
from server.core.own_data import Words

KEPT = (
    KeptData(
        name="alarms",
        order=4,
        tables=(
            *(alarm, alarm_entry, alarm_place, alarm_report, response, aside, voucher),
            *(follow_up, ladder, ladder_step, joint_link, joint_task, joint_use),
        ),
        what=Words(
            "报警和演练：地点、谁报的、派了谁、离多远、何时应答、经过、结论、后续事项、联动单位的回复",
            "alarms and drills: place, who raised them, who was asked, from how far, when each answered, timeline, "
            "finding, follow-ups, answers of units",
        ),
        whose=Words("报警的人、被叫到的人", "whoever raised an alarm or was asked to it"),
        purpose=Words("处置报警，事后查明经过", "to answer an alarm, and to find out later what happened"),
        seen_by=Words(
            "管辖该报警的指挥台；报警期间已审核的报警人和被叫到的人",
            "the consoles in whose scope it lies; while it is open, verified guards who raised it or were asked to it",
        ),
        kept=Stays(
            Words(
                "这是应急处置的记录；经过是一条校验链，缺一条就能查出来",
                "they are the record of an emergency; a timeline is a chain in which no line may be missing",
            )
        ),
        at_erasure=Words(
            "留下，只有编号；别人写在情况和结论里的文字不改",
            "stay, with the number alone; what others wrote in notes and findings is not changed",
        ),
    ),
    KeptData(
        name="alarm_pictures",
        order=4,
        tables=(alarm_picture, stored_file),
        what=Words(
            "发到报警的照片和视频：照片缩小，去掉拍摄地点和设备信息，随机文件名",
            "pictures and clips sent to alarms: pictures made smaller, place and device taken out, random names",
        ),
        whose=Words("发的人；照片和视频里的人", "whoever sent them; whoever is in them"),
        purpose=Words("处置报警，事后查明经过", "to answer an alarm, and to find out later what happened"),
        seen_by=Words(
            "管辖该报警的指挥台（查看原图、播放留有记录）；报警期间已审核的报警人和被叫到的人",
            "the consoles in whose scope it lies, with a record of it; while it is open, verified guards who raised it "
            "or were asked to it",
        ),
        # A duty of the area deletes the rows, since their files go first into the sweep.
        kept=ForDays(
            lambda settings: timedelta(days=settings.picture_days),
            Words("发出后", "after they were sent"),
            (),
            ("HUXUE_PICTURE_DAYS",),
        ),
        at_erasure=Words(
            "留到期满，只有编号；文件里看不出是谁拍的",
            "stay until their time is over, with the number alone; no file tells who took it",
        ),
    ),
    KeptData(
        name="units",
        tables=(unit, joint_plan, escalation_plan),
        what=Words("联动单位及电话、预案", "units and their telephones, plans"),
        whose=Words("单位的联系人", "contacts of units"),
        purpose=Words("报警时叫到联动单位", "to call units in an alarm"),
        seen_by=Words("区指挥台", "the district's consoles"),
        kept=Stays(
            Words(
                "到有人修改为止；单位只停用，不删除",
                "until somebody changes them; a unit is archived, not deleted",
            )
        ),
        at_erasure=Words("不涉及", "not concerned"),
    ),
)
