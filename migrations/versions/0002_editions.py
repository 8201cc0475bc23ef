"""editions: what each drill is played with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "editions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_editions")),
    )
    # No foreign key: SQLite would have to copy the table for it, and dropping the old one takes every turn along.
    op.add_column("drills", sa.Column("edition", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("drills", "edition")
    op.drop_table("editions")
