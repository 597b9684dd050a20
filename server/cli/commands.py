"""All ``flask`` commands, an area each, as in the other layers."""

from server.cli import (
    audit,
    auditor,
    channels,
    demo,
    devices,
    imports,
    posts,
    school_days,
    upkeep,
    users,
    worker_ready,
)
from server.cli.unreadable import spoken

COMMANDS = [
    spoken(command)
    for command in (
        channels.channels,
        users.create_user,
        users.set_password,
        users.close_user,
        users.reopen_user,
        users.settings,
        upkeep.migrate,
        upkeep.new_epoch,
        worker_ready.worker_ready,
        auditor.auditor,
        imports.import_file,
        posts.poster,
        posts.reissue_code,
        school_days.school_day,
        audit.audit,
        devices.device,
        demo.demo,
        demo.simulate,
    )
]
