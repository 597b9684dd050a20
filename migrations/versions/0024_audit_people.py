"""What somebody did, and what was about him, from the newest row of the audit log on."""

from alembic import op

revision = "0024"
down_revision = "0023"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("ix_audit_row_actor_id_id", "audit_row", ["actor_id", "id"])
    op.create_index("ix_audit_row_subject_id_id", "audit_row", ["subject_id", "id"])
    op.create_index(op.f("ix_audit_look_row_id"), "audit_look", ["row_id"])
