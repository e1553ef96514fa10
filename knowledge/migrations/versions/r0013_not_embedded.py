"""An index of what is confirmed and not yet known to be embedded, for the morning's round."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
_NOT_YET = sa.text("embedded_on IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_actions_not_embedded", "actions", ["confirmed_on"], sqlite_where=_NOT_YET, postgresql_where=_NOT_YET
    )


def downgrade() -> None:
    op.drop_index("ix_actions_not_embedded", "actions")
