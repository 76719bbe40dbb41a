"""A new source's files: in the checkout, in a package, and never over what is there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from retrievers.scaffold import CannotScaffold, scaffold

ROOT = Path(__file__).parents[2]
PROJECT = """[project]
name = "footnote"

[project.entry-points."footnote.retrievers"]
folder = "retrievers.local.folder:Folder"
wikipedia = "retrievers.reference.wikipedia:Wikipedia"

[tool.ruff]
line-length = 120
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


def test_in_the_checkout_the_files_stand_among_the_built_in_ones(checkout: Path) -> None:
    made = scaffold("open_maps", "data", checkout)
    assert made.source == checkout / "retrievers" / "data" / "open_maps.py"
    assert made.test == checkout / "tests" / "retrievers" / "data" / "test_open_maps.py"
    recordings = {path.name for path in (checkout / "tests" / "retrievers" / "recordings").iterdir()}
    assert recordings == {"open_maps_hits.json", "open_maps_empty.json"}
    assert 'focus = "data"' in made.source.read_text(encoding="utf-8")


def test_the_entry_point_takes_its_place_in_the_alphabet_and_nothing_else_changes(checkout: Path) -> None:
    scaffold("open_maps", "data", checkout)
    line = 'open_maps = "retrievers.data.open_maps:OpenMaps"\n'
    assert (checkout / "pyproject.toml").read_text(encoding="utf-8") == PROJECT.replace(
        "wikipedia =", f"{line}wikipedia ="
    )


def test_elsewhere_it_is_a_package_whose_test_passes_as_it_is(tmp_path: Path) -> None:
    made = scaffold("my_source", "web", tmp_path)
    metadata = tmp_path / "my_source-0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: my-source\nVersion: 0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(
        "[footnote.retrievers]\nmy_source = my_source:MySource\n", encoding="utf-8"
    )
    paths = [str(made.source.parent), str(tmp_path), str(ROOT)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(made.test)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        cwd=made.source.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(made.source.read_text(encoding="utf-8").splitlines()) <= 40


@pytest.mark.parametrize("name", ["", "Big", "two words", "../up", "1st", "a__b", "a-b"])
def test_what_is_no_name_is_refused_with_the_remedy(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotScaffold, match="small letters"):
        scaffold(name, "web", tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(tmp_path: Path) -> None:
    made = scaffold("my_source", "web", tmp_path)
    made.source.write_text("mine", encoding="utf-8")
    with pytest.raises(CannotScaffold, match="is there already"):
        scaffold("my_source", "web", tmp_path)
    assert made.source.read_text(encoding="utf-8") == "mine"


def test_a_name_that_is_taken_is_refused_before_anything_is_written(checkout: Path) -> None:
    with pytest.raises(CannotScaffold, match="choose another name"):
        scaffold("wikipedia", "web", checkout)
    assert [path.name for path in checkout.iterdir()] == ["pyproject.toml"]


def test_a_project_without_the_group_says_what_to_add(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "footnote"\n', encoding="utf-8")
    with pytest.raises(CannotScaffold, match=r"footnote\.retrievers"):
        scaffold("open_maps", "data", tmp_path)
