//! The manifests for Kubernetes: pods pass Pod Security's profile "restricted", nobody reaches them who has
//! no business there, and requests are known by their clients' addresses.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

/// Every object of every manifest.
fn objects() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/kubernetes");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut objects = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for document in serde_yaml_ng::Deserializer::from_str(&text) {
            let object = Value::deserialize(document);
            objects.push(object.unwrap_or_else(|error| panic!("{}: {error}", file.display())));
        }
    }
    objects
}

/// Pods by the name of what makes them.
fn pods(objects: &[Value]) -> Vec<(String, &Value)> {
    let made = objects.iter().filter(|object| {
        let kind = object["kind"].as_str().unwrap();
        ["Deployment", "Job"].contains(&kind)
    });
    let named = made.map(|object| {
        let name = object["metadata"]["name"].as_str().unwrap();
        (name.to_owned(), &object["spec"]["template"])
    });
    named.collect()
}

#[test]
fn every_pod_is_restricted() {
    let objects = objects();
    let pods = pods(&objects);
    let names: Vec<&str> = pods.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "cartwright-api",
            "cartwright-migrate",
            "redis",
            "cartwright-worker"
        ]
    );
    for (name, pod) in pods {
        let spec = &pod["spec"];
        let context = &spec["securityContext"];
        let user = if name == "redis" { 999 } else { 10001 };
        assert_eq!(context["runAsNonRoot"], true, "{name}");
        assert_eq!(context["runAsUser"], user, "{name}");
        assert_eq!(
            context["seccompProfile"]["type"], "RuntimeDefault",
            "{name}"
        );
        assert_eq!(spec["automountServiceAccountToken"], false, "{name}");
        for shared in ["hostNetwork", "hostPID", "hostIPC", "initContainers"] {
            assert_eq!(spec.get(shared), None, "{name}: {shared}");
        }
        // Redis writes nothing; our programs may write to a small place that nobody keeps.
        let (volumes, mounts) = match name.as_str() {
            "redis" => (Value::Null, Value::Null),
            _ => (
                json!([{ "name": "tmp", "emptyDir": { "sizeLimit": "64Mi" } }]),
                json!([{ "name": "tmp", "mountPath": "/tmp" }]),
            ),
        };
        assert_eq!(spec["volumes"], volumes, "{name}");
        for container in spec["containers"].as_array().unwrap() {
            let context = &container["securityContext"];
            assert_eq!(context["allowPrivilegeEscalation"], false, "{name}");
            assert_eq!(context["readOnlyRootFilesystem"], true, "{name}");
            assert_eq!(context["capabilities"]["drop"], json!(["ALL"]), "{name}");
            for looser in ["privileged", "procMount"] {
                assert_eq!(context.get(looser), None, "{name}: {looser}");
            }
            assert_eq!(container["volumeMounts"], mounts, "{name}");
            assert!(container["resources"]["limits"]["memory"].is_string());
            for port in container["ports"].as_array().into_iter().flatten() {
                assert_eq!(port.get("hostPort"), None, "{name}");
            }
        }
    }
}

#[test]
fn every_pod_has_a_network_policy_and_only_the_public_port_is_open() {
    let objects = objects();
    let policies: Vec<&Value> = objects
        .iter()
        .filter(|object| object["kind"] == "NetworkPolicy")
        .map(|object| &object["spec"])
        .collect();
    for (name, pod) in pods(&objects) {
        let app = &pod["metadata"]["labels"]["app"];
        assert_eq!(app, &json!(name));
        let policy = policies
            .iter()
            .find(|spec| &spec["podSelector"]["matchLabels"]["app"] == app);
        let policy = policy.unwrap_or_else(|| panic!("{name} has no policy"));
        assert_eq!(policy["policyTypes"], json!(["Ingress", "Egress"]));
        let open: Vec<(&Value, Vec<&Value>)> = policy["ingress"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|rule| {
                let ports = rule["ports"].as_array().unwrap();
                (
                    &rule["from"][0]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"],
                    ports.iter().map(|port| &port["port"]).collect(),
                )
            })
            .collect();
        let open = json!(open);
        let expected = match name.as_str() {
            "cartwright-api" => json!([["ingress-nginx", ["http"]], ["monitoring", ["metrics"]]]),
            "cartwright-worker" => json!([["monitoring", ["metrics"]]]),
            // From our own programs alone.
            "redis" => json!([[null, ["redis"]]]),
            _ => json!([]),
        };
        assert_eq!(open, expected, "{name}");
        let egress = policy["egress"].as_array().cloned().unwrap_or_default();
        assert_eq!(egress.is_empty(), name == "redis", "{name}");
        for rule in egress {
            assert!(rule["ports"].is_array(), "{name}: {rule}");
        }
    }
}

#[test]
fn clients_are_known_by_their_addresses_and_probes_have_a_port_of_their_own() {
    let objects = objects();
    let config = objects.iter().find(|object| object["kind"] == "ConfigMap");
    let data = &config.unwrap()["data"];
    let networks = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7";
    assert_eq!(data["TRUSTED_PROXIES"], networks);
    assert_eq!(data["CLIENT_IP_HEADER"], "x-forwarded-for");
    assert_eq!(data["API_HEALTH_LISTEN"], "0.0.0.0:8082");
    let pods = pods(&objects);
    let (_, api) = pods
        .iter()
        .find(|(name, _)| name == "cartwright-api")
        .unwrap();
    let api = &api["spec"]["containers"][0];
    for probe in ["readinessProbe", "livenessProbe"] {
        assert_eq!(api[probe]["httpGet"]["port"], "health", "{probe}");
    }
    let ports = api["ports"].as_array().unwrap();
    let health = ports.iter().find(|port| port["name"] == "health").unwrap();
    assert_eq!(health["containerPort"], 8082);
    let service = objects.iter().find(|object| object["kind"] == "Service");
    assert_eq!(
        service.unwrap()["spec"]["ports"],
        json!([{ "name": "http", "port": 80, "targetPort": "http" }])
    );
}

#[test]
fn on_fly_clients_are_known_by_their_addresses() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fly.toml");
    let text = std::fs::read_to_string(file).unwrap();
    for line in [
        "  TRUSTED_PROXIES = \"172.16.0.0/12,fdaa::/16\"",
        "  CLIENT_IP_HEADER = \"fly-client-ip\"",
        "  API_HEALTH_LISTEN = \"0.0.0.0:8082\"",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}");
    }
    let alive = text.split("[checks.api_alive]").nth(1).unwrap();
    assert!(alive.split("\n\n").next().unwrap().contains("port = 8082"));
}
