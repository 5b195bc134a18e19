"""The query language of the inbox: `step:verify due:<3d -assignee:me "quoted words"`. Knows words, no tables.

A query is a row of terms that all must hold. A term is a field with values, of which one must hold, or a word to be
found anywhere; a minus before it denies it. Fields have Chinese names too, and the full-width colon is a colon.
"""

from app.web.query.errors import QueryError
from app.web.query.fields import FIELDS, Field, Kind
from app.web.query.parser import parse_query
from app.web.query.terms import Term, print_query, without

__all__ = ["FIELDS", "Field", "Kind", "QueryError", "Term", "parse_query", "print_query", "without"]
