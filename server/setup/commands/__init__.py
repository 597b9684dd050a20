"""``flask`` commands of setup."""

from server.setup.commands.imports import import_file
from server.setup.commands.outlines import outline
from server.setup.commands.posters import poster, reissue_code

COMMANDS = (import_file, outline, poster, reissue_code)
