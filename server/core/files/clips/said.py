"""How the process that looks through a clip answers: a word of one byte; of a good clip what it is, and its SHA-256."""

import struct

GOOD, BAD = b"g", b"b"
# Whether it is MP4, width, height, SHA-256 of what is kept.
SAID = struct.Struct(">?HH32s")
