"""The pytest plugin: it looks whether a rule pack is named, by `--pack` or in the settings, and does nothing where none is."""

from __future__ import annotations

from pathlib import Path

import pytest

SETTING = "eligibility_pack"
_PACK = "A rule pack whose cases and laws are tests; may be repeated. 规则包文件夹，其案例和法则作为测试运行，可多次。"
_SETTING = "Rule packs whose cases and laws are tests, one a line. 规则包文件夹，一行一个，其案例和法则作为测试运行。"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--pack` and the setting `eligibility_pack`."""
    group = parser.getgroup("eligibility", "rule packs of eligibility")
    group.addoption("--pack", action="append", default=[], metavar="DIR", help=_PACK)
    parser.addini(SETTING, _SETTING, type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Registers what collects cases and laws, where a pack is named, and looks into the folders of packs, too."""
    folders = packs(config)
    if not folders:
        return
    from eligibility.testing import collecting

    config.addinivalue_line("markers", "as_of(day): the day whose law the fixture `rules` holds, as text or a date")
    config.addinivalue_line(
        "markers", "laws: the laws of a rule pack, tried on drawn households (`-m 'not laws'` leaves them out)"
    )
    config.stash[collecting.FOLDERS] = tuple(folders)
    config.pluginmanager.register(collecting, "eligibility-packs")
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        named = [Path(argument).absolute() for argument in config.args]
        config.args += [str(each) for each in folders if not any(each.is_relative_to(other) for other in named)]


def packs(config: pytest.Config) -> list[Path]:
    """Returns the folders of packs: those of the command line, else those of the settings."""
    told = [config.invocation_params.dir / each for each in config.getoption("--pack")]
    return list(dict.fromkeys(each.resolve() for each in told or config.getini(SETTING)))
