"""Two stations may each have a school of the same name; until now a district had each name once."""

from alembic import op

revision = "0018"
down_revision = "0017"
oldest_release = 3
branch_labels = None
depends_on = None

BEFORE, AFTER = "uq_school_district_id_name", "uq_school_station_id_name"


def upgrade() -> None:
    """Let the name be unique at a station. SQLite makes the table anew for that: `upgrade` looks at no reference."""
    with op.batch_alter_table("school") as school:
        school.drop_constraint(BEFORE, type_="unique")
        school.create_unique_constraint(AFTER, ["station_id", "name"])
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise RuntimeError(f"a row refers to nothing: {lost}")
