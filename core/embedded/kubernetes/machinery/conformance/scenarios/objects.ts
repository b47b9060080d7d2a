type Fields = Record<string, unknown>;

const labels = { app: "web" };

/** A Deployment with one container; `spec` and `container` override. */
export function deployment(name: string, spec: Fields = {}, container: Fields = {}): Fields {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "web", image: "registry.example/web:1", ...container }] },
      },
      ...spec,
    },
  };
}

/** A Pod that needs nothing of its ServiceAccount. */
export function pod(name: string, spec: Fields = {}, container: Fields = {}): Fields {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels },
    spec: {
      automountServiceAccountToken: false,
      serviceAccountName: "default",
      containers: [{ name: "web", image: "registry.example/web", ...container }],
      ...spec,
    },
  };
}

/** A ConfigMap. */
export function configMap(name: string, data: Fields, metadata: Fields = {}): Fields {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, data };
}

/** A Service. */
export function service(name: string, spec: Fields = {}): Fields {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: labels, ports: [{ port: 80 }], clusterIP: "None", ...spec },
  };
}
