"""Footnotes: each document that a reader is sent to stands once at the end, under a number."""

from __future__ import annotations

from eligibility.packs.contents import Contents
from eligibility.speech import cited


class Footnotes:
    """The documents cited so far."""

    def __init__(self, contents: Contents, lang: str) -> None:
        """Begins with none."""
        self.contents = contents
        self.lang = lang
        self.numbers: dict[str, int] = {}

    def mark(self, cite: str) -> str:
        """Returns the marks of a citation, each with the place in its document, and keeps the documents in mind."""
        marks = []
        for each in cite.split("; ") if cite else ():
            source, place = cited(each, self.contents, self.lang)
            number = self.numbers.setdefault(source, len(self.numbers) + 1)
            marks.append(f"[{number} {place}]" if place else f"[{number}]")
        return f" {' '.join(marks)}" if marks else ""

    def lines(self) -> tuple[str | tuple[str, ...], ...]:
        """Returns each document with its number, title and official number."""
        found = []
        for source, number in self.numbers.items():
            entry = self.contents.sources.get(source)
            title = entry.title[self.lang] if entry else source
            if entry and entry.number and self.lang == "zh":
                title = f"{title}（{entry.number}）"
            found.append(f"[{number}] {title}")
        return (tuple(found),) if found else ()
