"""What the area keeps of people, what for and for how long."""

from server.core.kept_data import KeptData, Stays
from server.core.own_data import Words
from server.exercise.tables import device_signal, device_test, drill, gate_device

KEPT = (
    KeptData(
        name="gate_devices",
        tables=(gate_device, device_signal, device_test, drill),
        what=Words(
            "报警装置、装置信号、装置测试和演练的安排",
            "gate devices and their signals, tests of devices, plans of drills",
        ),
        whose=Words("安排的人（只有编号）", "whoever planned them, by number"),
        purpose=Words("证明按期测试和演练", "to prove that tests and drills took place"),
        seen_by=Words("辖区指挥台", "the consoles of the scope"),
        kept=Stays(
            Words("季度测试的凭证；不含个人姓名", "proof of the quarterly tests; they name no person")
        ),
        at_erasure=Words("不涉及", "not concerned"),
    ),
)
