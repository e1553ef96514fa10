"""What Alembic runs: all steps in one transaction, on the connection that it was handed."""

from alembic import context

from knowledge.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
