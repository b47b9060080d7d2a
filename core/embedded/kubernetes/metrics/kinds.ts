import type { KubeObject } from "@catalyst/ports/kubernetes";
import { customKinds, type ResourceKind } from "../machinery/index.ts";

export const metricsGroup = "metrics.k8s.io";

const usage = {
  type: "object",
  additionalProperties: {
    anyOf: [{ type: "integer" }, { type: "string" }],
    "x-kubernetes-int-or-string": true,
  },
};

const measured = {
  timestamp: { type: "string", format: "date-time" },
  window: { type: "string" },
};

let kinds: readonly ResourceKind[] | undefined;

/** The kinds of metrics.k8s.io/v1beta1, which upstream's metrics-server serves beside the API server: they can only be read. */
export function metricsKinds(): readonly ResourceKind[] {
  kinds ??= [
    readOnly("NodeMetrics", "nodes", "Cluster", { ...measured, usage }),
    readOnly("PodMetrics", "pods", "Namespaced", {
      ...measured,
      containers: {
        type: "array",
        items: { type: "object", properties: { name: { type: "string" }, usage } },
      },
    }),
  ];
  return kinds;
}

/** Described as a CustomResourceDefinition would: the published release has no data of these kinds. */
function readOnly(kind: string, plural: string, scope: string, properties: object): ResourceKind {
  const schema = { openAPIV3Schema: { type: "object", properties } };
  const definition = {
    spec: {
      group: metricsGroup,
      scope,
      names: { plural, singular: "", kind, listKind: `${kind}List` },
      versions: [{ name: "v1beta1", served: true, storage: true, schema }],
    },
  } as unknown as KubeObject;
  return { ...(customKinds(definition)[0] as ResourceKind), verbs: ["get", "list"] };
}
