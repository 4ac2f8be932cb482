"""Logs that nobody can forge and that hold no addresses."""

import logging
from typing import Any

BREAKS = str.maketrans({"\n": "\\n", "\r": "\\r", "\u2028": "\\u2028", "\u2029": "\\u2029"})


class OneLineFormatter(logging.Formatter):
    """One record, one line: a line break in any input cannot start a line of its own.

    A traceback keeps its lines, indented, so that none of them looks like a record.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        return super().formatMessage(record).translate(BREAKS)

    def formatException(self, ei: Any) -> str:
        trace = super().formatException(ei)
        return "\n".join(f"    {line}" for line in trace.splitlines())
