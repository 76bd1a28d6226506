"""Indexes that answer a conflict check, and who practises a matter or works in a district, alone."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_party_keys_key", "party_keys")
    op.create_index("ix_party_keys_key", "party_keys", ["key", "side", "matter_id"])
    op.create_index("ix_specialties_matter", "specialties", ["matter", "lawyer_id", "years"])
    op.create_index("ix_lawyer_districts_district", "lawyer_districts", ["district", "lawyer_id"])


def downgrade() -> None:
    op.drop_index("ix_lawyer_districts_district", "lawyer_districts")
    op.drop_index("ix_specialties_matter", "specialties")
    op.drop_index("ix_party_keys_key", "party_keys")
    op.create_index("ix_party_keys_key", "party_keys", ["key", "side"])
