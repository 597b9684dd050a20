"""How alembic reaches the database: through the connection that ``server.core.database.migrate`` hands it."""

from alembic import context

from server.areas import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
