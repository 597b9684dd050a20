"""What the hub reads, what is purged and what the audit page asks for is found by an index, however long the past."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
oldest_release = 1
branch_labels = None
depends_on = None

WITH_BODY = sa.text("body IS NOT NULL")


def upgrade() -> None:
    """Add the indexes; one on two columns takes the place of one on the first of them."""
    op.create_index("ix_event_room_event_id", "event_room", ["event_id"])
    op.create_index("ix_check_in_at", "check_in", ["at"])
    op.create_index("ix_position_account_id_at", "position", ["account_id", "at"])
    op.create_index("ix_last_position_at", "last_position", ["at"])
    op.create_index("ix_last_position_check_in_id", "last_position", ["check_in_id"])
    op.create_index("ix_message_created_at", "message", ["created_at"])
    op.create_index(
        "ix_message_with_body_expires_at",
        "message",
        ["expires_at"],
        sqlite_where=WITH_BODY,
        postgresql_where=WITH_BODY,
    )
    op.create_index("ix_sign_in_code_expires_at", "sign_in_code", ["expires_at"])
    op.create_index("ix_ticket_expires_at", "ticket", ["expires_at"])
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
    op.drop_index("ix_audit_row_actor_id", "audit_row")
    op.create_index("ix_audit_row_actor_id_act_at", "audit_row", ["actor_id", "act", "at"])
    op.create_index("ix_audit_row_subject_id", "audit_row", ["subject_id"])
    op.create_index("ix_audit_row_act_id", "audit_row", ["act", "id"])
