"""Both output streams, made ready for what a console cannot show."""

from __future__ import annotations

import codecs
import sys


class _Lost:
    """Remembers whether a stream could not show some character."""

    seen = False

    @classmethod
    def replace(cls, error: UnicodeError) -> tuple[str, int]:
        """Returns a question mark for each character that a stream cannot show."""
        if not isinstance(error, UnicodeEncodeError):
            raise error
        cls.seen = True
        return "?" * (error.end - error.start), error.end


def prepare_streams() -> None:
    """Makes both output streams replace what they cannot encode, rather than fail on it."""
    _Lost.seen = False
    codecs.register_error("eligibility", _Lost.replace)
    codecs.register(_ascii_only)
    for stream, errors in ((sys.stdout, "eligibility"), (sys.stderr, "replace")):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            plain = codecs.lookup(stream.encoding or "ascii").name == "ascii"
            reconfigure(encoding=_ASCII if plain else None, errors=errors)


_ASCII = "ascii-only"


def _ascii_only(name: str) -> codecs.CodecInfo | None:
    """Returns ASCII by a name under which click takes it as it is; by its own name it would write UTF-8 instead."""
    if name.replace("_", "-") != _ASCII:
        return None
    own = codecs.lookup("ascii")
    return codecs.CodecInfo(
        own.encode,
        own.decode,
        own.streamreader,
        own.streamwriter,
        own.incrementalencoder,
        own.incrementaldecoder,
        _ASCII,
    )


def lost() -> bool:
    """Returns whether standard output could not show some character."""
    return _Lost.seen
