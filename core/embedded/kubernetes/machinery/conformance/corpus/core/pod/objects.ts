/** The smallest Pod there can be. */
export const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "web", image: "registry.example/web:1" }] },
};

/** The only container's path. */
export const container = "spec.containers[0]";
