"""Notes that a post's leader leaves for the next shift."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0044"
down_revision = "0043"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "hand_over_note",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("post_id", big_key(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("peak", sa.String(30), nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("written_by", big_key(), nullable=False),
        sa.Column("written_at", UtcTime(), nullable=False),
        sa.Column("read_by", big_key()),
        sa.Column("read_at", UtcTime()),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_hand_over_note_post_id_post")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_hand_over_note_written_by_account")
        ),
        sa.ForeignKeyConstraint(["read_by"], ["account.id"], name=op.f("fk_hand_over_note_read_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_note")),
        sa.UniqueConstraint("post_id", "date", "peak", name=op.f("uq_hand_over_note_post_id_date_peak")),
    )
    op.create_index(op.f("ix_hand_over_note_written_by"), "hand_over_note", ["written_by"])
    op.create_index(op.f("ix_hand_over_note_written_at"), "hand_over_note", ["written_at"])
    op.create_index("ix_hand_over_note_post_id_starts_at", "hand_over_note", ["post_id", "starts_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("hand_over_note")
