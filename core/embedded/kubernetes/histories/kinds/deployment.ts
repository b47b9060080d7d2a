import fc from "fast-check";
import { type KindHistories, some, withNulls } from "../arbitrary.ts";
import { labelOperations, metadata } from "./metadata.ts";

const environment = fc.array(
  fc.record(
    {
      name: fc.constantFrom("E", "F"),
      value: fc.constantFrom("1", "2", ""),
    },
    { requiredKeys: ["name"] },
  ),
  { maxLength: 2 },
);

const ports = fc.array(
  fc.record(
    {
      containerPort: fc.constantFrom(80, 81),
      protocol: fc.constantFrom("TCP", "UDP"),
      name: fc.constantFrom("h", "i"),
    },
    { requiredKeys: ["containerPort"] },
  ),
  { maxLength: 2 },
);

/** A container as a manager has it, named or not. */
export const container = {
  image: fc.constantFrom("registry.example/x:1", "registry.example/x:2"),
  env: environment,
  ports,
  args: fc.constantFrom([], ["p"], ["p", "q"]),
  resources: some({
    limits: fc.dictionary(fc.constantFrom("cpu", "memory"), fc.constantFrom("1", "2", "1000m"), {
      maxKeys: 2,
    }),
  }),
  imagePullPolicy: fc.constantFrom("Always", "IfNotPresent"),
};

const named = fc.record({ name: fc.constantFrom("a", "b"), ...container }, { requiredKeys: ["name"] });
const whole = fc
  .tuple(
    metadata,
    fc.record(container, { requiredKeys: ["image"] }),
    fc.boolean(),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([meta, first, second, replicas]) => ({
    metadata: meta,
    spec: {
      replicas,
      selector: { matchLabels: { app: "x" } },
      template: {
        metadata: { labels: { app: "x" } },
        spec: {
          containers: [
            { name: "a", ...first },
            ...(second ? [{ name: "b", image: "registry.example/y" }] : []),
          ],
        },
      },
    },
  }));

const podSpec = some({
  containers: fc.array(named, { minLength: 1, maxLength: 2 }),
  nodeSelector: fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("1", "2"), { maxKeys: 2 }),
  tolerations: fc.constantFrom([], [{ key: "a", operator: "Exists" }], [{ key: "b", operator: "Exists" }]),
  terminationGracePeriodSeconds: fc.constantFrom(5, 30),
  volumes: fc.constantFrom([], [{ name: "v", emptyDir: {} }], [{ name: "w", configMap: { name: "c" } }]),
  imagePullSecrets: fc.constantFrom([{ name: "s" }], [{ name: "t" }]),
});

const part = some({
  metadata,
  spec: some({
    replicas: fc.integer({ min: 0, max: 3 }),
    paused: fc.boolean(),
    minReadySeconds: fc.constantFrom(0, 5),
    strategy: fc.constantFrom(
      { type: "Recreate" },
      { type: "RollingUpdate", rollingUpdate: { maxSurge: 2 } },
      {},
    ),
    template: some({
      metadata: some({
        labels: fc.dictionary(fc.constantFrom("app", "b"), fc.constantFrom("x", "y"), {
          minKeys: 1,
          maxKeys: 2,
        }),
      }),
      spec: podSpec,
    }),
  }),
});

const containers = "/spec/template/spec/containers";
const operations = [
  ...labelOperations,
  { op: "replace", path: "/spec/replicas", value: 4 },
  { op: "remove", path: "/spec/replicas" },
  { op: "replace", path: `${containers}/0/image`, value: "registry.example/z" },
  { op: "add", path: `${containers}/-`, value: { name: "c", image: "registry.example/c" } },
  { op: "remove", path: `${containers}/0` },
  { op: "remove", path: `${containers}/1` },
  { op: "add", path: `${containers}/0/env`, value: [{ name: "E", value: "9" }] },
  { op: "add", path: `${containers}/0/env/-`, value: { name: "G", value: "9" } },
  { op: "move", from: `${containers}/0`, path: `${containers}/1` },
];

function inPod(spec: unknown): unknown {
  return { spec: { template: { spec } } };
}

const strategic = [
  inPod({ containers: [{ name: "b", $patch: "delete" }] }),
  inPod({ containers: [{ name: "a", image: "registry.example/q" }] }),
  inPod({ containers: [{ name: "d", image: "registry.example/d" }] }),
  inPod({ containers: [{ name: "a", env: [{ name: "E", $patch: "delete" }] }] }),
  inPod({ containers: [{ name: "a", ports: [{ containerPort: 80, name: "w" }] }] }),
  inPod({
    "$setElementOrder/containers": [{ name: "b" }, { name: "a" }],
    containers: [{ name: "a", args: ["z"] }],
  }),
  inPod({ volumes: [{ name: "v", $retainKeys: ["name", "emptyDir"], emptyDir: {} }] }),
  inPod({ nodeSelector: { $patch: "replace", a: "5" } }),
  { metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/x"] } },
  { metadata: { finalizers: ["example.com/z"] } },
  { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } },
];

const twice = inPod({
  containers: [
    {
      name: "a",
      env: [
        { name: "E", value: "1" },
        { name: "E", value: "2" },
      ],
    },
  ],
});

/** Histories of Deployments. */
export const deploymentHistories: KindHistories = {
  kind: "apps/v1/Deployment",
  whole,
  part: fc.oneof(
    { weight: 14, arbitrary: part },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        twice as Readonly<Record<string, unknown>>,
        inPod({ containers: [{ name: "a" }, { name: "a" }] }) as Readonly<Record<string, unknown>>,
        inPod({ containers: [{ image: "x" }] }) as Readonly<Record<string, unknown>>,
        { spec: { replicas: null } },
        { spec: { replicas: "two" } },
        { spec: { template: null } },
        { spec: { unknown: 1 } },
        { status: { replicas: 3 } },
      ),
    },
  ),
  status: some({
    replicas: fc.integer({ min: 0, max: 3 }),
    observedGeneration: fc.constantFrom(1, 2),
    conditions: fc.constantFrom(
      [],
      [{ type: "Available", status: "True" }],
      [
        { type: "Available", status: "False" },
        { type: "Progressing", status: "True" },
      ],
    ),
  }),
  scaled: true,
  operations: fc.constantFrom(...operations),
  strategic: fc.oneof(withNulls(part), fc.constantFrom(...strategic)),
};
