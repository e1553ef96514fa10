"""Changes: which copy in memory is out of date. The database adds a row itself, whoever changes what, and however."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.models.base import Base, RowNumber


class Changed(Base):
    """Something changed that this copy is made of: `leads`, `on_offer` or `contacts`."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    copy: Mapped[str] = mapped_column(String(20))
