"""Articles from files, archives, directories and pipes: `read_articles` yields `Article` or `Skipped`."""

from service.articles.article import Article, Columns, Limits, Note, ReadOptions, Skipped
from service.articles.formats import READERS
from service.articles.reading import STANDARD_INPUT, read_articles

__all__ = [
    "READERS",
    "STANDARD_INPUT",
    "Article",
    "Columns",
    "Limits",
    "Note",
    "ReadOptions",
    "Skipped",
    "read_articles",
]
