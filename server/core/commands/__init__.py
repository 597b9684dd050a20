"""``flask`` commands about the server itself."""

from server.core.commands.files import files
from server.core.commands.keys import keys
from server.core.database.commands import migrate, new_epoch
from server.core.http.worker_ready import worker_ready
from server.core.jobs.commands import worker

COMMANDS = (files, keys, migrate, new_epoch, worker_ready, worker)
