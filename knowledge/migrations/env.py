"""What Alembic runs: all steps, in the one transaction of the connection that it was handed."""

from alembic import context

from knowledge.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
