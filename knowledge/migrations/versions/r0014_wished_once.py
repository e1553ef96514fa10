"""Whom no date of a course suits, so that they are counted once."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column(
        "training_wishes", sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id")), inline_references=True
    )


def downgrade() -> None:
    with op.batch_alter_table("training_wishes") as table:  # SQLite drops no column that is a key
        table.drop_column("person_id")
