"""Every figure that an alert, a dashboard or an autoscaler names is told at /metrics."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from bot.gateway import metrics
from tests.deploy.reading import DEPLOY, ROOT, tool

GROUPS = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text(encoding="utf-8"))["groups"]
ALERTS = {rule["alert"]: rule for group in GROUPS for rule in group["rules"]}
BOARD = json.loads((DEPLOY / "grafana/seedwarden.json").read_text(encoding="utf-8"))
MANUAL = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
# Prometheus' own, and what its client tells of every process on Linux.
OTHERS = {"up", "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"}
WORDS = {
    *("sum", "max", "min", "by", "rate", "increase", "and", "or", "offset", "vector", "deriv"),
    *("histogram_quantile", "clamp_min", "le"),
}
OURS = [one for one in vars(metrics).values() if isinstance(one, (Counter, Gauge, Histogram))]


def told():
    """Each sample's name that /metrics may hold, with its labels."""
    found = {}
    for metric in OURS:
        (family,) = metric.describe()
        name, labels = family.name, set(metric._labelnames)
        if isinstance(metric, Counter):
            found[f"{name}_total"] = labels
        elif isinstance(metric, Histogram):
            found |= {f"{name}_bucket": labels | {"le"}, f"{name}_sum": labels}
            found[f"{name}_count"] = labels
        else:
            found[name] = labels
    return found


def expressions():
    yield from ((name, rule["expr"]) for name, rule in ALERTS.items())
    for panel in BOARD["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


def named(expression):
    """The metrics that an expression names, each with the labels it asks for."""
    plain = re.sub(r'"[^"]*"', "", expression)
    by = {label for group in re.findall(r"by \(([^)]*)\)", plain) for label in group.split(", ")}
    bare = re.sub(r"by \([^)]*\)|\[[^\]]*\]", "", plain)
    for name, labels in re.findall(r"\b([a-z_]{2,})\b(?:\{([^}]*)\})?", bare):
        if name not in WORDS and not re.search(rf"{{[^}}]*\b{name}\b[^}}]*}}", bare):
            yield name, set(re.findall(r"(\w+)\s*(?:=~|=|!=)", labels)) | by


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_every_figure_that_is_asked_for_is_told_with_its_labels(where, expression):
    known = told()
    found = list(named(expression))
    assert found, expression
    for name, labels in found:
        assert name in known or name in OTHERS, f"{where}: {name}"
        if name in known:
            assert labels <= known[name] | {"instance", "job"}, f"{where}: {labels}"


@pytest.mark.parametrize("name", [one.describe()[0].name for one in OURS])
def test_names_follow_prometheus_conventions(name):
    assert re.fullmatch(r"seedwarden_[a-z][a-z_]*[a-z]", name)
    assert not re.search(r"_(ms|millis|minutes|hours|percent|total|count)$", name)


def test_every_metric_of_ours_says_what_it_is():
    for metric in OURS:
        assert len(metric.describe()[0].documentation) > 10


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_each_alert_has_words_a_severity_and_a_paragraph(name):
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook"] == f"docs/operations.md#{name.lower()}"
    paragraph = re.search(rf"^### {name}\n(.*?)(?=^###? )", MANUAL, re.MULTILINE | re.DOTALL)
    assert paragraph, f"docs/operations.md needs '### {name}'"
    for part in ("**Means.**", "**Look.**", "**Do.**"):
        assert part in paragraph[1], f"{name}: {part}"


def test_the_manual_explains_no_alert_that_is_gone():
    explained = set(re.findall(r"^### (Seedwarden\w+)$", MANUAL, re.MULTILINE))
    assert explained == set(ALERTS)


def test_the_dashboard_is_whole():
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(ids) == len(set(ids))
    taken = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells


def test_the_autoscalers_rules_name_a_figure_of_ours():
    rules = (DEPLOY / "prometheus/adapter.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"'(seedwarden_\w+)\{", rules)) <= set(told())
    (named_there,) = re.findall(r"as: (\w+)", rules)
    base = (DEPLOY / "kubernetes/base/rasa.yaml").read_text(encoding="utf-8")
    assert f"name: {named_there}}}" in base


def test_promtool_finds_no_mistake_and_the_rules_tests_pass():
    promtool = tool("promtool")
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]):
        subprocess.run(
            [promtool, *command], check=True, cwd=DEPLOY / "prometheus", capture_output=True
        )
