import type { Scenario, Step } from "../scenario.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The ways a field can be written, each with what it is written as. */
function writes(kind: string, object: Fields & { readonly metadata: { readonly name: string } }) {
  const { name } = object.metadata;
  return (fields: Fields): readonly Step[] => [
    { verb: "update", kind, name, change: (held) => merged(held, fields) as Fields },
    { verb: "patch", kind, name, patchType: "merge", body: fields },
    { verb: "patch", kind, name, patchType: "strategic", body: fields },
    { verb: "apply", kind, name, manager: "applier", force: true, body: merged(object, fields) },
  ];
}

/** An object with further fields, as a merge patch sets them. */
function merged(object: unknown, fields: unknown): unknown {
  if (!isFields(object) || !isFields(fields)) return fields;
  const set = Object.entries(fields).map(([key, value]) => [key, merged(object[key], value)]);
  return { ...object, ...Object.fromEntries(set) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function scenario(
  name: string,
  kind: string,
  object: Fields & { readonly metadata: { readonly name: string } },
  ...changes: readonly Fields[]
): Scenario {
  const [, short = kind] = /([^/]+)$/.exec(kind) ?? [];
  const whole = { apiVersion: kind.slice(0, -short.length - 1), kind: short, ...object };
  return {
    name: `empty: ${name}`,
    steps: [
      { verb: "create", kind, name: object.metadata.name, body: whole },
      ...changes.flatMap(writes(kind, whole)),
      { verb: "get", kind, name: object.metadata.name },
    ],
  };
}

const webhook = {
  name: "a.example.com",
  clientConfig: { url: "https://a.example" },
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  rules: [
    { apiGroups: ["none.example"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["nothing"] },
  ],
};

/** Lists and maps that are written empty: until they are stored they aren't the same as none. */
export const emptyScenarios: readonly Scenario[] = [
  scenario(
    "an immutable ConfigMap",
    "v1/ConfigMap",
    { metadata: { name: "empty-map" }, immutable: true },
    { data: {} },
    { binaryData: {} },
    { metadata: { annotations: {} } },
  ),
  scenario(
    "an immutable ConfigMap with data",
    "v1/ConfigMap",
    { metadata: { name: "empty-map-data" }, immutable: true, data: { a: "b" } },
    { binaryData: {} },
  ),
  scenario(
    "an immutable Secret",
    "v1/Secret",
    { metadata: { name: "empty-secret" }, immutable: true },
    { data: {} },
    { stringData: {} },
  ),
  scenario(
    "a ConfigMap",
    "v1/ConfigMap",
    { metadata: { name: "empty-changing" }, data: { a: "b" } },
    { binaryData: {} },
    { metadata: { labels: {}, finalizers: [] } },
  ),
  scenario(
    "the generation of a NetworkPolicy",
    "networking.k8s.io/v1/NetworkPolicy",
    { metadata: { name: "empty-policy" }, spec: { podSelector: {} } },
    { spec: { ingress: [] } },
    { spec: { podSelector: { matchLabels: {} } } },
    { metadata: { labels: {} } },
    { spec: { podSelector: {} } },
  ),
  scenario(
    "the generation of a Deployment",
    "apps/v1/Deployment",
    {
      metadata: { name: "empty-deployment" },
      spec: {
        selector: { matchLabels: { a: "b" } },
        template: {
          metadata: { labels: { a: "b" } },
          spec: { containers: [{ name: "a", image: "b" }] },
        },
      },
    },
    { spec: { template: { spec: { volumes: [], nodeSelector: {} } } } },
  ),
  scenario(
    "the generation of webhooks",
    "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration",
    { metadata: { name: "empty-webhooks" }, webhooks: [webhook] },
    { webhooks: [{ ...webhook, matchConditions: [] }] },
    { webhooks: [webhook] },
  ),
  scenario(
    "policies of an autoscaler",
    "autoscaling/v2/HorizontalPodAutoscaler",
    {
      metadata: { name: "empty-autoscaler" },
      spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" } },
    },
    { spec: { behavior: { scaleUp: { policies: [] } } } },
    { spec: { behavior: { scaleDown: { policies: [] }, scaleUp: { policies: null } } } },
    { spec: { metrics: [] } },
  ),
];
