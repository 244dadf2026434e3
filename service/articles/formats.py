"""Which format an input has, by its content first and then by its name; and who reads it."""

from __future__ import annotations

import re

from service.articles.columnar import read_arrow, read_parquet
from service.articles.encoding import is_binary
from service.articles.feeds import read_feed
from service.articles.html_pages import read_html
from service.articles.json_records import read_json
from service.articles.messages import read_email, read_mailbox
from service.articles.pdf import read_pdf
from service.articles.plain import read_plain
from service.articles.source import Reader, Source
from service.articles.tables import read_table
from service.articles.warc import read_warc

READERS: dict[str, Reader] = {
    "text": read_plain,
    "html": read_html,
    "json": read_json,
    "table": read_table,
    "feed": read_feed,
    "email": read_email,
    "mbox": read_mailbox,
    "pdf": read_pdf,
    "parquet": read_parquet,
    "arrow": read_arrow,
    "warc": read_warc,
}
"""The reader of each format."""

_BY_ENDING = {
    ".txt": "text", ".text": "text", ".md": "text",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".mhtml": "email",
    ".json": "json", ".jsonl": "json", ".ndjson": "json", ".jsonlines": "json",
    ".csv": "table", ".tsv": "table", ".tab": "table",
    ".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow",
    ".warc": "warc", ".eml": "email", ".mbox": "mbox",
    ".rss": "feed", ".atom": "feed", ".pdf": "pdf",
}  # fmt: skip
_PROLOGUE = rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
_MAIL_FIELDS = (
    rb"(?:Return-Path|Received|From|To|Subject|Date|Message-ID|MIME-Version|Delivered-To|X-[\w-]+): [^\n]*\n"
)
_BY_CONTENT = (
    (re.compile(rb"%PDF-"), "pdf"),
    (re.compile(rb"PAR1"), "parquet"),
    (re.compile(rb"ARROW1"), "arrow"),
    (re.compile(rb"WARC/\d"), "warc"),
    (re.compile(_PROLOGUE + rb"<(?:rss|feed|rdf:RDF)\b", re.DOTALL), "feed"),
    (re.compile(_PROLOGUE + rb"<(?:!doctype\s+html|html|head|body|article|div|p)\b", re.S | re.I), "html"),
    (re.compile(rb"\s*(?:\{\s*(?:\"|\})|\[\s*[{\]])"), "json"),
    (re.compile(_MAIL_FIELDS + rb"[ \t\w-]+.*?\n\r?\n", re.DOTALL), "email"),
    (re.compile(rb"From [^\n]+\d{4}\r?\n[\w-]+: "), "mbox"),
)  # fmt: skip


_UNSURE = ("json", "email", "mbox")
"""Beginnings that a text or a table may have too: there the name decides."""


def format_of(source: Source) -> str:
    """Return the name of an input's format, or a sentence that says why it cannot be read."""
    beginning = source.beginning().removeprefix(b"\xef\xbb\xbf")
    if not beginning:
        return "empty"
    by_name = next((name for ending, name in _BY_ENDING.items() if source.name.endswith(ending)), None)
    for form, name in _BY_CONTENT:
        if form.match(beginning) and not (name in _UNSURE and by_name in ("text", "table")):
            return name
    if is_binary(beginning) and by_name not in ("arrow", "email", "mbox"):
        return "binary content of no known format"
    return by_name or "text"
