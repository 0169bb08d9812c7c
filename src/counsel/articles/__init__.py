"""Files into Articles: found, read, cleaned once, named, or refused with a reason.

scan(corpus)             what is there
read(corpus, path, …)    one article
read_all(corpus, …)      many, in child processes: no file can stop or kill the caller
"""

from __future__ import annotations

from .children import read_all
from .folder import Source, scan
from .reading import READER, read

__all__ = ["READER", "Source", "read", "read_all", "scan"]
