"""The limit: a bare WSGI function that reads rows by psycopg and sends the bytes of Hamrin's answer around them.

`LIMIT_ANSWERS` names a JSON file: for each name the statement, and what comes before and after its rows.
`/rows/<name>` runs the statement, whose rows are documents; `/bytes/<name>` sends the same answer without asking
the database.
"""

import json
import os
import threading
from pathlib import Path

import psycopg

ANSWERS = json.loads(Path(os.environ["LIMIT_ANSWERS"]).read_text())
FIXED = {name: Path(answer["bytes"]).read_bytes() for name, answer in ANSWERS.items()}
LOCAL = threading.local()


def application(environ, start_response):
    """Answer one request."""
    _, how, name = environ["PATH_INFO"].split("/")
    body = FIXED[name] if how == "bytes" else _read(ANSWERS[name])
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _read(answer):
    if not hasattr(LOCAL, "connection"):
        LOCAL.connection = psycopg.connect(os.environ["LIMIT_DATABASE"], autocommit=True, prepare_threshold=1)
    rows = LOCAL.connection.execute(answer["sql"]).fetchall()
    return (answer["before"] + ",".join(document for (document,) in rows) + answer["after"]).encode()
