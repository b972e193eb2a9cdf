"""The laws that a pack declares beside its rules (`laws.yaml`), read strictly: every mistake at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eligibility.errors import PackError, Problems, Refusal
from eligibility.packs import yaml
from eligibility.packs.calendar import RulePack
from eligibility.packs.files import LAWS_FILE, beginning
from eligibility.packs.nodes import MappingNode
from eligibility.packs.shapes import key_span, read, span_of
from eligibility.source import Span
from eligibility.testing.lawbook import LawsFile
from eligibility.testing.lawnames import LawNames
from eligibility.testing.worse import Worse


@dataclass(frozen=True)
class Declared:
    """What a pack declares; nothing where it has no `laws.yaml`.

    Args:
        path: where the file is, or would be.
        file: what it says, its conditions with their meaning.
        worse: by law, the facts that become worse.
        waived: where each waiver stands, by law and rule.
    """

    path: str
    file: LawsFile = field(default_factory=LawsFile)
    worse: Mapping[str, tuple[Worse, ...]] = field(default_factory=dict)
    waived: Mapping[tuple[str, str], Span] = field(default_factory=dict)

    def waivers(self, law: str) -> Mapping[str, Span]:
        """Returns where each waiver of a law stands, by what it excuses."""
        return {rule: span for (of, rule), span in self.waived.items() if of == law}


def declared(pack: RulePack) -> Declared:
    """Reads the laws that a pack declares.

    Args:
        pack: loaded from a folder; its `laws.yaml` is looked for there.

    Raises:
        OSError: the file is there and cannot be read.
        PackError: with every problem of the file.
    """
    path, problems = Path(pack.contents.folder) / LAWS_FILE, Problems()
    shown = path.as_posix()
    if not path.exists():
        return Declared(shown)
    node = _node(path, problems)
    file = read(LawsFile, node, problems) if node is not None else None
    if node is None or file is None:
        raise PackError(problems.found)
    look = LawNames(pack.contents, node, problems)
    look.look(file)
    if problems.found:
        raise PackError(problems.found)
    worse = {law: tuple(found) for law, found in look.worse.items()}
    return Declared(shown, file, worse, dict(_waived(node, file)))


def _node(path: Path, problems: Problems) -> MappingNode | None:
    """Returns what the file says, or None after noting why it says nothing."""
    try:
        source = yaml.decode(beginning(path), path.as_posix())
    except Refusal as refusal:
        problems.found.append(refusal.problem)
        return None
    documents = yaml.nodes(source, problems)
    if len(documents) == 1 and isinstance(documents[0], MappingNode) and not problems.found:
        return documents[0]
    if problems.found:
        return None
    if not documents:
        problems.add(Span(source, 0, 0), "文件是空的", "the file is empty")
    elif len(documents) > 1:
        problems.add(span_of(documents[1]), "这里开始了第二份文档", "a second document begins here")
    else:
        problems.add(span_of(documents[0]), "这里应是映射（键: 值）", "a mapping (key: value) belongs here")
    return None


def _waived(node: MappingNode, file: LawsFile) -> Iterator[tuple[tuple[str, str], Span]]:
    """Yields each waiver with its place."""
    for law, rules in file.waived.items():
        for rule in rules:
            yield (law, rule), key_span(node, ("waived", law, rule))
