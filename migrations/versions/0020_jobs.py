"""Long work, and the files that are kept of it."""

import sqlalchemy as sa
from alembic import op

from server.core.database.base import UtcTime, big_key

revision = "0020"
down_revision = "0019"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "job",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("room", sa.String(40), nullable=True),
        sa.Column("purpose", sa.String(200), nullable=True),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("heartbeat_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("cancel_asked_at", UtcTime(), nullable=True),
        sa.Column("worker", sa.String(40), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_asked_at"), "job", ["asked_at"])
    op.create_index("ix_job_state_id", "job", ["state", "id"])
    op.create_index("ix_job_account_id_id", "job", ["account_id", "id"])
    op.create_table(
        "stored_file",
        sa.Column("id", big_key(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("content_type", sa.String(60), nullable=False),
        sa.Column("called", sa.String(120), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("whole_at", UtcTime(), nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("name", name=op.f("uq_stored_file_name")),
    )
    op.create_index(op.f("ix_stored_file_account_id"), "stored_file", ["account_id"])
    op.create_index(op.f("ix_stored_file_job_id"), "stored_file", ["job_id"])
    op.create_index(op.f("ix_stored_file_expires_at"), "stored_file", ["expires_at"])
