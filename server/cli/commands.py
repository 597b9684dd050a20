"""All ``flask`` commands, an area each, as in the other layers."""

from server.audit import commands as audit_commands
from server.auditor import commands as auditor_commands
from server.calendar import commands as calendar_commands
from server.cli import settings
from server.core.database import commands as database_commands
from server.core.http import worker_ready
from server.core.terminal.unreadable import spoken
from server.delivery import commands as delivery_commands
from server.demo import commands as demo_commands
from server.exercise import commands as exercise_commands
from server.people import commands as people_commands
from server.setup.commands import imports, posters

COMMANDS = [
    spoken(command)
    for command in (
        delivery_commands.channels,
        people_commands.create_user,
        people_commands.set_password,
        people_commands.close_user,
        people_commands.reopen_user,
        settings.settings,
        database_commands.migrate,
        database_commands.new_epoch,
        worker_ready.worker_ready,
        auditor_commands.auditor,
        imports.import_file,
        posters.poster,
        posters.reissue_code,
        calendar_commands.school_day,
        audit_commands.audit,
        exercise_commands.device,
        demo_commands.demo,
        demo_commands.simulate,
    )
]
