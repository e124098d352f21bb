"""The package as a whole: its public names, its weight, its version, its papers."""

import ast
import importlib
import inspect
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import netspace

ROOT = Path(__file__).parents[1]
PUBLIC = {
    *("Architecture", "Stage", "Stem", "Head", "SqueezeExcite", "Norm", "Complexity", "complexity"),
    *("anynet", "regnet", "rexnet", "list_models", "get_architecture", "create_model"),
    *("Network", "build", "register_block", "freeze_batch_norm", "load_checkpoint", "to_state_dict"),
    *("from_pretrained", "import_population"),
    *("DesignSpace", "Population", "get_space", "list_spaces", "read_space", "choices", "log_uniform", "uniform"),
    *("Recipe", "get_recipe", "list_recipes", "Dataset", "load_dataset", "list_datasets"),
    *(
        "Study",
        "Record",
        "Records",
        "Store",
        "Comparison",
        "compare",
        "refine",
        "plot",
        "write_report",
        "NetspaceError",
        "__version__",
    ),
}
HEAVY = ("matplotlib", "pandas", "plotly", "pyarrow", "pydantic", "scipy", "sqlalchemy", "torch")


def run_python(code: str) -> str:
    """Runs code in a process of its own."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_public_names_are_these() -> None:
    assert set(netspace.__all__) == PUBLIC
    assert set(dir(netspace)) == PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC - {"__version__"}))
def test_public_name_is_documented(name: str) -> None:
    value = getattr(netspace, name)
    assert callable(value)
    assert (inspect.getdoc(value) or "").strip()
    assert value.__module__.startswith("netspace.")


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(netspace.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module != "typing"]
    seen = {(node.module, each.asname) for node in imports for each in node.names if each.asname}
    assert seen == {(module, name) for module, names in netspace._PUBLIC.items() for name in names}


def test_unknown_name_says_which_there_are() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'resnet'.*regnet"):
        _ = netspace.resnet


def test_import_is_light() -> None:
    code = f"import sys, netspace; print([name for name in {HEAVY} if name in sys.modules])"
    assert run_python(code) == "[]"


@pytest.mark.parametrize(
    "first", ["netspace.complexity", "netspace.complexity.batch", "netspace.spaces", "netspace.networks"]
)
def test_complexity_is_the_function_whatever_loads_first(first: str) -> None:
    code = f"import {first}, netspace.complexity.counting, netspace as ns; print(type(ns.complexity).__name__)"
    assert run_python(code) == "function"


@pytest.mark.parametrize("module", ["spaces", "complexity", "populations", "analysis", "figures", "reports"])
def test_room_loads_without_torch(module: str) -> None:
    assert run_python(f"import sys, netspace.{module}; print('torch' in sys.modules)") == "False"


def test_version_is_said_once() -> None:
    assert netspace.__version__ == version("netspace")
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"] == netspace.__version__
    assert f"## [{netspace.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_citation_names_both_papers() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    papers = {paper["title"]: paper["identifiers"][0]["value"] for paper in citation["references"]}
    assert papers == {
        "Designing Network Design Spaces": "arXiv:2003.13678",
        "Rethinking Channel Dimensions for Efficient Model Design": "arXiv:2007.00992",
    }


def test_every_module_loads() -> None:
    package = Path(netspace.__file__).parent
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        importlib.import_module(".".join(part for part in parts if part != "__init__"))
