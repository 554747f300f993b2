# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "sqlalchemy==2.1.9",
# ]
# ///
"""A mapped table in sqlite, asked by a join."""
import json

import sqlalchemy
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = 'author'
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list['Book']] = relationship()


class Book(Base):
    __tablename__ = 'book'
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey('author.id'))


engine = create_engine('sqlite://')
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Author(name='Ada', books=[Book(title='one'), Book(title='two')]))
    session.commit()
    rows = session.execute(select(Author.name, func.count(Book.id)).join(Author.books).group_by(Author.name)).all()
print(json.dumps({'sqlalchemy': sqlalchemy.__version__, 'rows': [list(row) for row in rows]}))
