"""Binder, the dev container and Kubernetes take what they install from where the course says it, once."""

import importlib.util
import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from packaging.specifiers import SpecifierSet

from deploy import start_server
from helpers.files import COURSE

README = (COURSE / "README.md").read_text(encoding="utf-8")
MANUAL = (COURSE / "deploy" / "README.md").read_text(encoding="utf-8")
VALUES = yaml.safe_load((COURSE / "deploy" / "kubernetes" / "values.yaml").read_text(encoding="utf-8"))
CONTAINER = json.loads((COURSE / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BINDER = COURSE / ".binder"


def test_binder_installs_the_courses_own_list_and_no_other() -> None:
    lines = (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    asked = [line.split() for line in lines if not line.startswith("#")]
    assert asked == [["-c", "../constraints.txt"], ["-r", "../requirements.txt"]]
    assert all((BINDER / path).exists() for _, path in asked)


def test_the_images_have_one_python_that_the_course_supports() -> None:
    (binder,) = re.findall(r"^python-(3\.\d+)$", (BINDER / "runtime.txt").read_text(encoding="utf-8"), re.M)
    _, _, container = CONTAINER["image"].partition(":")
    assert binder == container
    assert binder in SpecifierSet(PROJECT["requires-python"])
    assert binder in README


def test_the_dev_container_is_set_up_by_the_readmes_command() -> None:
    assert f"\n{CONTAINER['postCreateCommand']} && .venv/bin/python -m jupyterlab" in README


def test_extras_are_pinned() -> None:
    extras = [pin for pins in PROJECT["optional-dependencies"].values() for pin in pins]
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", pin) for pin in extras)


def test_the_chart_starts_no_hub_before_somebody_has_chosen() -> None:
    hub = VALUES["hub"]["config"]
    name = hub["JupyterHub"]["authenticator_class"]
    assert importlib.util.find_spec(name.replace("-", "_")) is None
    assert name == name.upper()
    assert hub["Authenticator"]["allowed_users"] == []
    assert VALUES["proxy"]["service"]["type"] == "ClusterIP"


def test_the_chart_starts_servers_from_where_the_image_has_the_course() -> None:
    (folder,) = re.findall(r"--target-repo-dir (\S+)", MANUAL)
    script = Path(start_server.__file__).relative_to(COURSE).as_posix()
    assert VALUES["singleuser"]["cmd"] == ["python", "-I", f"{folder}/{script}"]


def test_what_is_planned_for_a_learner_is_one_number() -> None:
    config = (COURSE / "deploy" / "workshop" / "jupyterhub_config.py").read_text(encoding="utf-8")
    (planned,) = re.findall(r"Plan (\d+) MiB of memory for each learner", MANUAL)
    (limit,) = re.findall(r'mem_limit = "(\d+M)"', config)
    assert VALUES["singleuser"]["memory"] == {"guarantee": f"{planned}M", "limit": limit}


def over(chart: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """The chart's values with ours over them, as helm merges them."""
    merged = {
        name: over(chart[name], value)
        if isinstance(value, dict) and isinstance(chart.get(name), dict)
        else value
        for name, value in ours.items()
    }
    return chart | merged


def test_the_values_fit_the_charts_schema() -> None:
    """As helm itself will see to it; here with a chart that `helm pull --untar` has laid into a folder."""
    if not (folder := os.environ.get("COURSE_CHART")):
        pytest.skip("COURSE_CHART names no folder of the chart: helm pull jupyterhub --untar")
    (schema,) = Path(folder).glob("values.schema.*")
    chart = yaml.safe_load((Path(folder) / "values.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(over(chart, VALUES), yaml.safe_load(schema.read_text(encoding="utf-8")))
