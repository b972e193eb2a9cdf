"""What pytest collects of rule packs, `*.test.yaml` case by case and `laws.yaml` law by law, and the fixtures of their tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eligibility.errors import EligibilityError, Lacking, PackError
from eligibility.packs.calendar import RulePack, Rules
from eligibility.packs.files import LAWS_FILE
from eligibility.profile import read_profile
from eligibility.screening import Screening, screen
from eligibility.testing.cases import SUFFIX, Case, read_cases, run
from eligibility.testing.tongue import tongue
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.testing.laws import Law

FOLDERS = pytest.StashKey[tuple[Path, ...]]()
"""The folders of the packs under test."""
BROKEN = pytest.StashKey[set[Path]]()
"""Those that do not load, once it was told."""
_DOES_NOT_LOAD = Words("规则包不能载入", "the rule pack does not load")
_LOADED: dict[Path, RulePack] = {}


class FailedError(Exception):
    """A case or a law failed; the text says all there is to say."""


def loaded(folder: Path) -> RulePack:
    """Returns the pack in a folder, loaded once.

    Raises:
        PackError: with every problem of the pack.
    """
    if folder not in _LOADED:
        _LOADED[folder] = RulePack.load(folder)
    return _LOADED[folder]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Says which packs are tested."""
    return [f"{Words('规则包', 'rule pack')[tongue()]}: {os.path.relpath(each)}" for each in config.stash[FOLDERS]]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Takes the cases and the laws inside the packs; files elsewhere are somebody else's."""
    folder = next((each for each in parent.config.stash[FOLDERS] if file_path.is_relative_to(each)), None)
    if folder is None:
        return None
    if file_path.name.endswith(SUFFIX):
        return CaseFile.from_parent(parent, path=file_path, folder=folder)
    if file_path == folder / LAWS_FILE:
        return LawFile.from_parent(parent, path=file_path, folder=folder)
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Gives each test of the fixture `pack` every pack, and each test of the fixture `law` every law."""
    names, folders = metafunc.fixturenames, metafunc.config.stash[FOLDERS]
    if "pack" in names and len(folders) > 1:
        metafunc.parametrize("pack", folders, indirect=True, ids=[each.name for each in folders], scope="session")
    if "law" in names:
        found = list(every_law())
        metafunc.parametrize("law", found, indirect=True, ids=[name(*each) for each in found])


@pytest.fixture(scope="session")
def pack(request: pytest.FixtureRequest) -> RulePack:
    """The rule pack under test."""
    return loaded(getattr(request, "param", request.config.stash[FOLDERS][0]))


@pytest.fixture
def rules(request: pytest.FixtureRequest, pack: RulePack) -> Rules:
    """The rules of a day: that of the marker `as_of`, else the last one on which the law of the pack changes."""
    marker = request.node.get_closest_marker("as_of")
    if marker is None:
        return pack.on(pack.changes[-1])
    day = marker.args[0]
    return pack.on(day if isinstance(day, date) else date.fromisoformat(day))


@pytest.fixture
def screen_case(rules: Rules) -> Callable[..., Screening]:
    """Screens a profile, a mapping or a file, by the law of its own day, else of that of `rules`."""
    return partial(_screened, rules)


@pytest.fixture
def laws(pack: RulePack) -> BoundLaws:
    """The laws, each bound to the pack: `laws.order()`."""
    return BoundLaws(pack)


@pytest.fixture
def law(request: pytest.FixtureRequest, pack: RulePack) -> Callable[..., None]:
    """One law after another, bound to the pack; a test calls it: `law()`."""
    found, variant = request.param
    return partial(found.holds, pack, variant=variant)


class BoundLaws:
    """The laws, bound to a pack."""

    def __init__(self, pack: RulePack) -> None:
        """Takes the pack."""
        self._pack = pack

    def __getattr__(self, law: str) -> Callable[..., None]:
        """Returns a law by its name; called, it fails the test at hand where it does not hold."""
        found = {each.id: each for each, _ in every_law()}
        if law not in found:
            raise AttributeError(law)
        return partial(found[law].holds, self._pack)


class PackFile(pytest.File):
    """A file of a pack that holds tests."""

    def __init__(self, *, folder: Path, **rest: Any) -> None:  # noqa: ANN401 - pytest's own
        """Takes the folder of the pack."""
        super().__init__(**rest)
        self.folder = folder

    def pack(self) -> RulePack | None:
        """Returns the pack, or None after it was told once that it does not load."""
        try:
            return loaded(self.folder)
        except (PackError, OSError) as error:
            broken = self.config.stash.setdefault(BROKEN, set())
            if self.folder in broken:
                return None
            broken.add(self.folder)
            said = error.text(tongue()) if isinstance(error, EligibilityError) else str(error)
            raise self.CollectError(f"{_DOES_NOT_LOAD[tongue()]}\n\n{said}") from None

    @property
    def shown(self) -> str:
        """What its reader calls the file."""
        return os.path.relpath(self.path)


class CaseFile(PackFile):
    """The cases of one entitlement."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yields its cases, each under its own name."""
        pack = self.pack()
        if pack is None:
            return
        try:
            cases = read_cases(pack, self.path, self.shown)
        except PackError as error:
            raise self.CollectError(error.text(tongue())) from None
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name, case=case)


class Plain(pytest.Item):
    """A test that says itself what is wrong."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401 - pytest's own
        """Returns what is wrong, without a traceback; one of ours comes with it."""
        return str(excinfo.value) if isinstance(excinfo.value, FailedError) else super().repr_failure(excinfo, style)


class CaseItem(Plain):
    """One case."""

    def __init__(self, *, case: Case, **rest: Any) -> None:  # noqa: ANN401 - pytest's own
        """Takes the case."""
        super().__init__(**rest)
        self.case = case

    def runtest(self) -> None:
        """Screens the case."""
        found = [words[tongue()] for words in run(self.case)]
        if found:
            line, _ = self.case.span.source.place(self.case.span.start)
            raise FailedError("\n".join([f"{self.case.span.source.name}:{line}: {self.case.name}", *found]))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Returns where the case stands."""
        line, _ = self.case.span.source.place(self.case.span.start)
        return self.path, line - 1, self.case.name


class LawFile(PackFile):
    """The laws of a pack that says what they are: the general ones, and those that it declares."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yields each law."""
        pack = self.pack()
        for law, variant in every_law() if pack is not None else ():
            yield LawItem.from_parent(self, name=name(law, variant), law=law, variant=variant, pack=pack)


class LawItem(Plain):
    """One law of a pack."""

    def __init__(self, *, law: Law, variant: str, pack: RulePack, **rest: Any) -> None:  # noqa: ANN401 - pytest's own
        """Takes the law and the pack."""
        super().__init__(**rest)
        self.law, self.variant, self.pack = law, variant, pack
        self.add_marker("laws")

    def runtest(self) -> None:
        """Tries the law."""
        try:
            found = self.law.broken(self.pack, variant=self.variant)
        except Lacking as lacking:
            pytest.skip(lacking.text(tongue()))
        except PackError as error:
            raise FailedError(error.text(tongue())) from None
        if found:
            raise FailedError("\n\n".join(each.text(tongue()) for each in found))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Returns where the laws stand."""
        return self.path, None, self.name


def every_law() -> Iterator[tuple[Law, str]]:
    """Yields each law with each of its variants; they take a while to load, so that nothing does that before."""
    from eligibility.testing.laws import LAWS

    for law in LAWS:
        yield from ((law, variant) for variant in law.variants or ("",))


def name(law: Law, variant: str) -> str:
    """Returns what a test of a law is called."""
    return f"{law.id}[{variant}]" if variant else law.id


def _screened(rules: Rules, profile: Mapping[str, Any] | str | os.PathLike[str], only: Sequence[str] = ()) -> Screening:
    found = read_profile(profile, rules)
    return screen(rules.pack.on(found.as_of) if found.as_of else rules, found, only)
