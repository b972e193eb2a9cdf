"""The wheel: it carries the pack, and screens a family where there is no checkout."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
FAMILY = "li-family.yaml"


def run(command: Sequence[str | Path], folder: Path) -> str:
    """Runs a command in a folder, in an environment that knows nothing of this one, and returns its output."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a wheel just built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the `bin` of a fresh environment that holds the wheel and sees only the libraries of this one."""
    home = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", "--without-pip", home], home)
    # A folder named in a .pth file is searched, but the .pth files in it, such as our editable install, are not read.
    (site_packages,) = home.glob("lib/python*/site-packages")
    (site_packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    python = home / "bin" / "python"
    run([sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel], home)
    return python.parent


def test_the_wheel_carries_the_whole_pack(wheel: Path) -> None:
    """Every file of the pack is in the wheel, byte for byte, with the licences, the templates, the font, the marker for type checkers."""
    pack = ROOT / "rules" / "baiyin"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for path in pack.rglob("*.yaml"):
            assert archive.read(f"eligibility/_packs/baiyin/{path.relative_to(pack).as_posix()}") == path.read_bytes()
    assert "eligibility/py.typed" in names
    assert {
        "eligibility/templates/page.html.j2",
        "eligibility/templates/page.css",
        "eligibility/templates/page.typ",
    } <= names
    assert {"eligibility/fonts/eligibility-sans-sc.otf", "eligibility/fonts/OFL.txt"} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    """Tests, examples and documents stay at home."""
    with zipfile.ZipFile(wheel) as archive:
        rooms = {name.split("/")[0] for name in archive.namelist()}
    assert {room for room in rooms if not room.endswith(".dist-info")} == {"eligibility"}


def test_the_installed_command_screens_a_family(installed: Path, tmp_path: Path) -> None:
    """An empty folder, a profile, and the installed command: the same determinations as in the checkout."""
    shutil.copy(ROOT / "examples" / FAMILY, tmp_path)
    arguments = ["screen", FAMILY, "--as-of", "2017-12-31", "--format", "json"]

    found = json.loads(run([installed / "eligibility", *arguments], tmp_path))

    assert any(each["outcome"] == "eligible" for each in found["determinations"])
    assert found == json.loads(run([sys.executable, ROOT / "cli.py", *arguments], tmp_path))


def test_the_installed_command_makes_paper(installed: Path, tmp_path: Path) -> None:
    """The installed command writes a page and a PDF with the templates and the font of the wheel."""
    shutil.copy(ROOT / "examples" / FAMILY, tmp_path)
    for form, start in (("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF-")):
        run([installed / "eligibility", "screen", FAMILY, "--format", form, "-o", f"page.{form}"], tmp_path)
        assert (tmp_path / f"page.{form}").read_bytes().startswith(start)


def test_the_installed_library_is_the_one_that_answers(installed: Path, tmp_path: Path) -> None:
    """The code and the pack come from the fresh environment, not from the checkout."""
    code = (
        "import eligibility; from eligibility.packs.calendar import default_folder;"
        "print(eligibility.__file__); print(default_folder())"
    )
    places = run([installed / "python", "-c", code], tmp_path).splitlines()
    assert [Path(place).is_relative_to(installed.parent) for place in places] == [True, True]


def test_the_installed_plugin_tests_a_pack_of_somebody_elses(installed: Path, tmp_path: Path) -> None:
    """In an empty folder with a pack, `pytest --pack` runs its cases and its laws; nothing has to be configured."""
    shutil.copytree(ROOT / "examples" / "packs" / "heating", tmp_path / "mine")
    (tmp_path / "mine" / "laws.yaml").write_text("caps: {heating-allowance: 120}\n", "utf-8")
    told = run([installed / "python", "-m", "pytest", "-p", "no:xdist", "--pack", "mine", "-v"], tmp_path)
    assert "mine/housing/heating-allowance.test.yaml::the first day of the bylaw PASSED" in told
    assert "mine/laws.yaml::amounts PASSED" in told
