"""A report says whether it was pressed covertly; until now only its alarm did."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
oldest_release = 3
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of a covert alarm nobody knows which of its reports were, so all of them count as such."""
    op.add_column("alarm_report", sa.Column("covert", sa.Boolean, nullable=False, server_default=sa.false()))
    report = sa.table("alarm_report", sa.column("alarm_id"), sa.column("covert", sa.Boolean))
    alarm = sa.table("alarm", sa.column("id"), sa.column("covert", sa.Boolean))
    covert = sa.select(alarm.c.id).where(alarm.c.covert)
    op.execute(sa.update(report).where(report.c.alarm_id.in_(covert)).values(covert=True))
