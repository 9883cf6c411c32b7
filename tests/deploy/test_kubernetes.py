"""The manifests: names meet, nothing runs with rights, and nobody reaches what they need not."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from bot.settings import Settings
from tests.deploy.reading import DEPLOY, KINDS, containerfile, manifests, tool

OBJECTS = [document for _, document in manifests()]
BASE = [document for path, document in manifests() if "base" in path.parts]
VERSIONS = {
    "ConfigMap": "v1",
    "Deployment": "apps/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "Ingress": "networking.k8s.io/v1",
    "Kustomization": "kustomize.config.k8s.io/v1beta1",
    "Namespace": "v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PersistentVolumeClaim": "v1",
    "PodDisruptionBudget": "policy/v1",
    "Service": "v1",
    "StatefulSet": "apps/v1",
}


def of_kind(*kinds):
    return {one["metadata"]["name"]: one for one in BASE if one["kind"] in kinds}


WORKLOADS = of_kind("Deployment", "StatefulSet")
NAMES = sorted(WORKLOADS)


def pod(name):
    return WORKLOADS[name]["spec"]["template"]["spec"]


def container(name):
    (only,) = pod(name)["containers"]
    return only


def test_every_object_has_the_version_of_its_kind_and_a_name():
    for one in OBJECTS:
        assert one["apiVersion"] == VERSIONS[one["kind"]], one["kind"]
        assert one["kind"] == "Kustomization" or re.fullmatch(
            r"[a-z0-9-]+", one["metadata"]["name"]
        )


def test_each_kind_of_process_is_a_workload_with_service_budget_and_autoscaler():
    assert set(WORKLOADS) == set(KINDS)
    for kind in ("Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"):
        assert set(of_kind(kind)) == set(KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_labels_and_selectors_meet(name):
    labels = WORKLOADS[name]["spec"]["template"]["metadata"]["labels"]
    for selector in (
        WORKLOADS[name]["spec"]["selector"]["matchLabels"],
        of_kind("Service")[name]["spec"]["selector"],
        of_kind("PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    target = of_kind("HorizontalPodAutoscaler")[name]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == (WORKLOADS[name]["kind"], name)


@pytest.mark.parametrize("name", NAMES)
def test_a_pod_meets_the_restricted_standard(name):
    told, inner = pod(name), container(name)["securityContext"]
    assert told["securityContext"]["runAsNonRoot"] is True
    assert told["securityContext"]["runAsUser"] == 10001
    assert told["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert inner["allowPrivilegeEscalation"] is False
    assert inner["readOnlyRootFilesystem"] is True
    assert inner["capabilities"] == {"drop": ["ALL"]}
    assert told["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & set(told)
    kinds = {next(key for key in volume if key != "name") for volume in told["volumes"]}
    assert kinds <= {"emptyDir", "secret", "persistentVolumeClaim"}


@pytest.mark.parametrize("name", NAMES)
def test_a_pod_has_three_probes_on_a_road_that_the_image_serves(name):
    (health,) = [one.rest for one in containerfile(name) if one.word == "HEALTHCHECK"]
    (port,) = container(name)["ports"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        found = container(name)[probe]
        if probe == "livenessProbe" and name == "rasa":  # its health asks the tracker store too
            assert found["tcpSocket"] == {"port": port["name"]}
            continue
        asked = found["httpGet"]
        assert f"127.0.0.1:{port['containerPort']}{asked['path']}" in health
        assert asked["port"] == port["name"]


@pytest.mark.parametrize("name", NAMES)
def test_a_pod_says_what_it_needs_and_has_a_ceiling(name):
    told = container(name)["resources"]
    assert {"cpu", "memory"} <= set(told["requests"])
    assert "memory" in told["limits"]


@pytest.mark.parametrize("name", NAMES)
def test_secrets_come_as_files_and_each_that_is_named_is_there(name):
    (secret,) = [one["secret"] for one in pod(name)["volumes"] if "secret" in one]
    there = {f"/run/secrets/{item['path']}" for item in secret["items"]}
    read = {one["value"] for one in container(name)["env"] if one["name"].endswith("_FILE")}
    assert read == there
    assert secret["defaultMode"] == 0o440
    known = {field for field, kind in Settings.model_fields.items() if "Secret" in str(kind)}
    for one in container(name)["env"]:
        plain = one["name"].removeprefix("SEEDWARDEN_").lower()
        assert plain not in known, f"{one['name']} stands in the open"


@pytest.mark.parametrize("name", NAMES)
def test_kubernetes_invents_no_settings(name):
    assert pod(name)["enableServiceLinks"] is False


def test_the_autoscalers_of_gateway_and_rasa_go_by_what_waits():
    for name in ("gateway", "rasa"):
        told = of_kind("HorizontalPodAutoscaler")[name]["spec"]
        assert told["minReplicas"] >= 2
        assert "seedwarden_turns_in_progress" in yaml.safe_dump(told["metrics"])


def test_the_gateways_know_every_rasa_that_there_may_be():
    most = of_kind("HorizontalPodAutoscaler")["rasa"]["spec"]["maxReplicas"]
    told = {one["name"]: one["value"] for one in container("gateway")["env"]}
    assert told["SEEDWARDEN_RASA_URL"].split(",") == [
        f"http://rasa-{number}.rasa:5005" for number in range(most)
    ]
    assert of_kind("Service")["rasa"]["spec"]["clusterIP"] == "None"


POLICIES = of_kind("NetworkPolicy")


def allowed(name, way):
    """Which of our own each may talk to, by label; other places as they are written."""
    found = set()
    for policy in POLICIES.values():
        if (
            policy["spec"]["podSelector"].get("matchLabels", {}).get("app.kubernetes.io/name")
            != name
        ):
            continue
        for rule in policy["spec"].get(way, ()):
            for peer in rule["to" if way == "egress" else "from"]:
                labels = peer.get("podSelector", {}).get("matchLabels", {})
                whom = labels.get("app.kubernetes.io/name") or labels.get("k8s-app")
                place = peer.get("namespaceSelector", {}).get("matchLabels", {})
                outside = "outside" if "ipBlock" in peer else None
                found.add(whom or outside or next(iter(place.values())))
    return found


def test_nobody_reaches_anybody_unless_it_is_written():
    deny = POLICIES["deny-all"]["spec"]
    assert deny["podSelector"] == {}
    assert set(deny["policyTypes"]) == {"Ingress", "Egress"}
    assert not {"ingress", "egress"} & set(deny)


def test_rasa_reaches_the_action_server_and_its_stores_and_nothing_else():
    assert allowed("rasa", "egress") == {"kube-dns", "actions", "postgres", "redis"}


def test_only_the_gateway_is_reached_from_outside():
    assert allowed("gateway", "ingress") == {"ingress-nginx", "monitoring"}
    assert allowed("rasa", "ingress") == {"gateway"}
    assert allowed("actions", "ingress") == {"gateway", "rasa"}


def test_the_action_server_reaches_the_desk_and_nothing_else():
    assert allowed("actions", "egress") == {"kube-dns", "postgres"}


def test_what_the_gateway_sends_outward_never_goes_to_an_inner_network():
    (rule,) = POLICIES["gateway-outward"]["spec"]["egress"]
    (peer,) = rule["to"]
    assert {"10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"} <= set(
        peer["ipBlock"]["except"]
    )
    assert {port["port"] for port in rule["ports"]} == {443, 465, 587}


def test_the_namespace_enforces_the_restricted_standard():
    (namespace,) = [one for one in OBJECTS if one["kind"] == "Namespace"]
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_overlay_names_every_image_by_digest():
    overlay = yaml.safe_load(
        (DEPLOY / "kubernetes/overlays/example/kustomization.yaml").read_text(encoding="utf-8")
    )
    assert {one["name"] for one in overlay["images"]} == {f"seedwarden-{kind}" for kind in KINDS}
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one["digest"]) for one in overlay["images"])


def test_every_file_beside_a_kustomization_is_one_of_its_resources():
    for path in (DEPLOY / "kubernetes").rglob("kustomization.yaml"):
        told = set(yaml.safe_load(path.read_text(encoding="utf-8"))["resources"])
        beside = {other.name for other in path.parent.glob("*.yaml")} - {path.name}
        assert beside == {name for name in told if name.endswith(".yaml")}
        assert all((path.parent / name).exists() for name in told)


def test_kustomize_builds_the_overlay():
    answer = subprocess.run(
        [tool("kubectl"), "kustomize", str(DEPLOY / "kubernetes/overlays/example")],
        check=True,
        capture_output=True,
        text=True,
    )
    made = [one for one in yaml.safe_load_all(answer.stdout) if one]
    images = re.findall(r"image: (\S+)", answer.stdout)
    assert len(images) == 3
    assert all("@sha256:" in image for image in images)
    spaces = {one["metadata"].get("namespace") for one in made if one["kind"] != "Namespace"}
    assert spaces == {"seedwarden"}
    (config,) = [one for one in made if one["kind"] == "ConfigMap"]
    assert config["data"]["SEEDWARDEN_PUBLIC_URL"].startswith("https://")
