import { mutations, topicCorpus, under } from "../../corpus.ts";
import { container, pod } from "./objects.ts";

const from = (valueFrom: unknown) => [{ name: "a", valueFrom }];

export const podEnvironment = topicCorpus(
  "v1/Pod",
  "environment",
  mutations(
    pod,
    under(container, {
      env: [
        [{ name: "a", value: "b" }],
        [{ name: "" }],
        [{ name: "a=b" }],
        [{ name: "a b" }],
        [{ name: "é" }],
        [{ name: "1a" }],
        [{ name: ".." }],
        [{ name: "a\tb" }],
        [
          { name: "a", value: "b" },
          { name: "a", value: "c" },
        ],
        [
          { name: "a", value: "b" },
          { name: "a", value: "x$(a)" },
        ],
        [
          { name: "a", value: "b" },
          { name: "a", value: "$(a)" },
        ],
        from({}),
        [{ name: "a", value: "b", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
        from({ fieldRef: { fieldPath: "metadata.name" }, secretKeyRef: { name: "a", key: "b" } }),
        from({ fieldRef: {} }),
        from({ fieldRef: { fieldPath: "spec.nodeName" } }),
        from({ fieldRef: { fieldPath: "spec.other" } }),
        from({ fieldRef: { fieldPath: "spec.host" } }),
        from({ fieldRef: { fieldPath: "metadata.labels" } }),
        from({ fieldRef: { fieldPath: "metadata.labels['a']" } }),
        from({ fieldRef: { fieldPath: "metadata.labels['a b']" } }),
        from({ fieldRef: { fieldPath: "metadata.annotations['A/b c']" } }),
        from({ fieldRef: { fieldPath: "metadata.name['a']" } }),
        from({ fieldRef: { fieldPath: "status.podIPs" } }),
        from({ fieldRef: { fieldPath: "status.phase" } }),
        from({ fieldRef: { apiVersion: "v2", fieldPath: "metadata.name" } }),
        from({ resourceFieldRef: { resource: "limits.cpu" } }),
        from({ resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } }),
        from({ resourceFieldRef: { resource: "limits.cpu", divisor: "2m" } }),
        from({ resourceFieldRef: { resource: "requests.memory", divisor: "1Mi" } }),
        from({ resourceFieldRef: { resource: "requests.memory", divisor: "3Mi" } }),
        from({ resourceFieldRef: { resource: "limits.ephemeral-storage", divisor: "3" } }),
        from({ resourceFieldRef: { resource: "requests.hugepages-2Mi", divisor: "3" } }),
        from({ resourceFieldRef: { resource: "" } }),
        from({ resourceFieldRef: { resource: "other" } }),
        from({ configMapKeyRef: { name: "a", key: "b" } }),
        from({ configMapKeyRef: { name: "A_", key: "b c" } }),
        from({ configMapKeyRef: {} }),
        from({ configMapKeyRef: { name: "a", key: "..b" } }),
        from({ secretKeyRef: { name: "a", key: "." } }),
        from({ secretKeyRef: { name: "", key: "" } }),
        from({ fileKeyRef: { volumeName: "v", path: "a", key: "K" } }),
        from({ fileKeyRef: { volumeName: "", path: "", key: "" } }),
        from({ fileKeyRef: { volumeName: "V_", path: "../a", key: "a=b" } }),
      ],
      envFrom: [
        [{ configMapRef: { name: "a" } }],
        [{ prefix: "p", secretRef: { name: "a" } }],
        [{ prefix: "a=b", secretRef: { name: "a" } }],
        [{}],
        [{ configMapRef: { name: "a" }, secretRef: { name: "b" } }],
        [{ configMapRef: {} }],
        [{ configMapRef: { name: "A_" } }],
        [{ secretRef: { name: "a-" } }],
        [{ secretRef: { name: "A_" } }],
        [{ secretRef: {} }],
      ],
      "a file's key": {
        env: from({ fileKeyRef: { volumeName: "v", path: "a", key: "K" } }),
      },
    }),
  ),
  mutations(
    {
      ...pod,
      spec: {
        ...pod.spec,
        volumes: [
          { name: "v", emptyDir: {} },
          { name: "s", secret: { secretName: "s" } },
        ],
      },
    },
    under(container, {
      env: [
        from({ fileKeyRef: { volumeName: "v", path: "a", key: "K" } }),
        from({ fileKeyRef: { volumeName: "v", path: "a", key: "K", optional: true } }),
        from({ fileKeyRef: { volumeName: "s", path: "a", key: "K" } }),
      ],
    }),
    "with volumes: ",
  ),
);
