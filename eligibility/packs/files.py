"""The files of a pack, each as nodes; what cannot be read is noted, and reading goes on."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from eligibility.errors import Problem, Problems, Refusal, nearest
from eligibility.fields import Model, misnamed
from eligibility.packs import yaml
from eligibility.packs.nodes import MappingNode, Node, Scalar
from eligibility.packs.shapes import known_fields, read, read_most, span_of
from eligibility.source import Source, Span
from eligibility.words import Words

ModelT = TypeVar("ModelT", bound=Model)

MOST_BYTES = 2_000_000
"""The largest file of a pack."""

FILES = ("pack", "sources", "clauses", "places", "documents", "facts", "concepts")
"""The files that every pack has at its top."""

KNOWN = (*FILES, "readings")
"""Those that a pack may have there."""

LAWS_FILE = "laws.yaml"
"""What its author promises of the rules; like a case it says nothing of anybody, and it is read by who tests the pack."""

_CASES = ".test.yaml"
_NAMING = {"facts.yaml", "concepts.yaml", "places.yaml"}
_PLACES = Words(
    "一个事项的文件放在以领域命名的文件夹里，参数放在 `parameters/` 里",
    "an entitlement stands in the folder of its area, a parameter in `parameters/`",
)


def beginning(path: Path) -> bytes:
    """Returns the bytes of a file, of one that is too large so many that this can be seen.

    Raises:
        OSError: it cannot be opened, or is no regular file, which may have no end.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EISDIR if path.is_dir() else errno.EINVAL, "no regular file", str(path))
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


@dataclass
class Files:
    """The documents of a pack by their path inside it, and what is wrong with them.

    Args:
        folder: of the pack.
        name: as its reader calls it.
        nodes: what each file says, by its path in the folder.
        broken: the paths of files that say nothing, because they could not be read.
        unread: the names of entries that are wrong in themselves.
        problems: grows by what is wrong.
        findings: what is odd but has a meaning.
        digest: over the names and bytes of all files, cases and laws left out.
        misread: how many of the problems were found in reading, before anything was made of what the files say.
        names: what the reader calls files from elsewhere.
    """

    folder: Path
    name: str
    nodes: dict[str, MappingNode] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    problems: Problems = field(default_factory=Problems)
    findings: list[Problem] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)
    misread: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def called(self, path: str) -> str:
        """Returns what the reader calls a file."""
        return self.names.get(path, f"{self.name}/{path}")

    def start(self, path: str) -> Span:
        """Returns the beginning of a file, for what is wrong with the whole of it."""
        source = Source(self.called(path), "")
        return Span(source, 0, 0)

    def collect(self) -> None:
        """Reads every `.yaml` of the folder, cases and laws left out, in order of their names."""
        for path in sorted(self.folder.rglob("*")):
            inside = path.relative_to(self.folder).as_posix()
            if path.is_symlink() and (path.suffix in {".yaml", ".yml"} or path.is_dir()):
                self.refuse(inside, Words("规则包里不能有链接", "a pack holds no links"))
            elif path.suffix == ".yml":
                message = Words(
                    "扩展名要写 `.yaml`，这个文件没有读", "the file is not read: its ending must be `.yaml`"
                )
                self.findings.append(Problem(message, self.start(inside)))
            elif path.suffix == ".yaml" and not inside.endswith(_CASES) and inside != LAWS_FILE:
                if path.is_file():
                    self.add(inside, beginning(path))
                else:
                    self.refuse(inside, Words("这不是普通文件", "this is not a regular file"))

    def refuse(self, inside: str, message: Words, span: Span | None = None, advice: Words | None = None) -> None:
        """Notes a file that says nothing."""
        self.broken.add(inside)
        self.problems.add(span or self.start(inside), message.zh, message.en, advice)

    def add(self, inside: str, raw: bytes, name: str | None = None) -> None:
        """Reads one file.

        Args:
            inside: its path in the folder, or that under which one from elsewhere counts.
            raw: its bytes.
            name: what its reader calls one from elsewhere.
        """
        if name is not None:
            self.names[inside] = name
        self.digest.update(f"{inside}\0{len(raw)}\0".encode())
        self.digest.update(raw)
        if len(raw) > MOST_BYTES:
            self.refuse(inside, Words(f"文件超过 {MOST_BYTES:,} 字节", f"the file is over {MOST_BYTES:,} bytes"))
            return
        try:
            source = yaml.decode(raw, self.called(inside))
        except Refusal as refusal:
            self.broken.add(inside)
            self.problems.found.append(refusal.problem)
            return
        before = len(self.problems.found)
        documents = yaml.nodes(source, self.problems)
        whole = len(documents) == 1 and not any(_after(each, documents[0]) for each in self.problems.found[before:])
        if whole and isinstance(documents[0], MappingNode):
            self.nodes[inside] = documents[0]
        elif len(self.problems.found) > before:  # what is wrong with it has been said
            self.broken.add(inside)
        elif len(documents) > 1:
            message = Words("这里开始了第二份文档", "a second document begins here")
            advice = Words("一个文件只写一份：删去 `---`", "a file holds one: delete the line `---`")
            self.refuse(inside, message, span_of(documents[1]), advice)
        elif documents:
            message = Words("这里应是映射（键: 值）", "a mapping (key: value) belongs here")
            self.refuse(inside, message, span_of(documents[0]))
        else:
            self.refuse(inside, Words("文件是空的", "the file is empty"), Span(source, 0, 0))

    def complete(self) -> None:
        """Notes the files that every pack has and this one lacks, and those that stand where none belongs."""
        for path in (f"{name}.yaml" for name in FILES):
            if path not in self.nodes and path not in self.broken:
                self.refuse(path, Words("规则包缺少这个文件", "the pack lacks this file"))
        self.misread = len(self.problems.found)
        for path, node in self.nodes.items():
            if "/" not in path and path.removesuffix(".yaml") not in KNOWN:
                near = nearest(path.removesuffix(".yaml"), KNOWN)
                advice = Words(f"是否想写 `{near}.yaml`？", f"did you mean `{near}.yaml`?") if near else _PLACES
                zh, en = "规则包的顶层没有这样的文件", "there is no such file at the top of a pack"
                self.problems.add(span_of(node), zh, en, advice)

    def wrong(self) -> list[Problem]:
        """Returns what is wrong, without what only follows because something could not be read as it stands."""
        first, rest = self.problems.found[: self.misread], self.problems.found[self.misread :]
        spots = {_spot(each) for each in first}
        return [*first, *(each for each in rest if _spot(each) not in spots)]

    def one(self, model: type[ModelT], path: str) -> ModelT | None:
        """Returns a file as one model; entries with mistakes are left out."""
        if path not in self.nodes:
            return None
        found, wrong = read_most(model, self.nodes[path], self.problems)
        self.unread |= wrong
        if found is None:
            self.broken.add(path)
        return found

    def table(self, model: type[ModelT], path: str, *, names: bool = False) -> dict[str, ModelT]:
        """Returns a file that maps ids, or names that conditions use, to models; entries with mistakes are left out."""
        found: dict[str, ModelT] = {}
        for key, value in self.nodes[path].entries if path in self.nodes else ():
            if self.without_key(model, path, key, value):
                break
            wrong = misnamed(key.text, names=names)
            if wrong is not None:
                self.problems.add(key.span, wrong.zh, wrong.en)
            entry = read(model, value, self.problems)
            if entry is None:
                self.unread.add(key.text)
            else:
                found[key.text] = entry
        return found

    def without_key(self, model: type[ModelT], path: str, key: Scalar, value: Node) -> bool:
        """Notes a field that stands where the key of an entry belongs; what follows in the file has no meaning then."""
        fields = known_fields(model, value, ())
        if key.text not in fields or (
            isinstance(value, MappingNode) and any(each.text in fields for each, _ in value.entries)
        ):
            return False
        message = Words(f"`{key.text}` 上面缺少它所属的键", f"the key that `{key.text}` belongs to is missing above it")
        advice = Words("先写一行 `名称:`，下面各项缩进", "write a line `name:` first, and indent what belongs to it")
        self.refuse(path, message, key.span, advice)
        return True

    def keys(self, path: str) -> set[str] | None:
        """Returns the keys that stand in a file, or None where it could not be read."""
        if path in self.broken or path not in self.nodes:
            return None
        return {key.text for key, _ in self.nodes[path].entries}

    def part(self, path: str, key: str) -> Node:
        """Returns the entry of a file by its key."""
        found = self.nodes[path].get(key)
        assert found is not None, key  # noqa: S101 - the key was read from this very file
        return found

    def whole_folders(self) -> bool:
        """Returns whether every folder could be looked into."""
        return all(path.endswith(".yaml") for path in self.broken)

    def excused(self) -> frozenset[str] | None:
        """Returns the names of which nothing more is said, or None where any name may stand in a file that is broken."""
        if any(path in _NAMING or path.split("/")[0] == "parameters" for path in self.broken):
            return None
        return frozenset(self.unread)


def _after(problem: Problem, node: Node) -> bool:
    """Returns whether a problem stands behind all that could be read."""
    return problem.span is not None and problem.span.start > node.span.end


def _spot(problem: Problem) -> tuple[str, int] | None:
    return (problem.span.source.name, problem.span.start) if problem.span else None
