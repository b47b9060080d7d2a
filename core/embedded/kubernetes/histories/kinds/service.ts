import fc from "fast-check";
import { type KindHistories, some, withNulls } from "../arbitrary.ts";
import { labelOperations, plainMetadata } from "./metadata.ts";

const port = fc.record(
  {
    port: fc.constantFrom(80, 81, 82),
    name: fc.constantFrom("a", "b", "c"),
    protocol: fc.constantFrom("TCP", "UDP"),
    targetPort: fc.constantFrom(80, "http", 8080),
    appProtocol: fc.constantFrom("http", "example.com/b"),
  },
  { requiredKeys: ["port", "name"] },
);

const spec = some({
  ports: fc.array(port, { maxLength: 3 }),
  selector: fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("a", "b"), {
    minKeys: 1,
    maxKeys: 2,
  }),
  sessionAffinity: fc.constantFrom("None", "ClientIP"),
  externalIPs: fc.constantFrom(["192.0.2.1"], ["192.0.2.1", "192.0.2.2"]),
  publishNotReadyAddresses: fc.boolean(),
  internalTrafficPolicy: fc.constantFrom("Cluster", "Local"),
});

const whole = fc
  .tuple(plainMetadata, spec, fc.array(port, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([metadata, rest, ports, headless]) => ({
    metadata,
    spec: { selector: { app: "a" }, ...rest, ports, ...(headless ? { clusterIP: "None" } : {}) },
  }));

const part = some({ metadata: plainMetadata, spec });

const operations = [
  ...labelOperations,
  { op: "add", path: "/spec/ports/-", value: { name: "z", port: 90 } },
  { op: "add", path: "/spec/ports/0", value: { name: "y", port: 91 } },
  { op: "remove", path: "/spec/ports/0" },
  { op: "replace", path: "/spec/ports/0/port", value: 92 },
  { op: "replace", path: "/spec/ports/0/targetPort", value: "web" },
  { op: "add", path: "/spec/selector", value: { app: "z" } },
];

const strategic = [
  { spec: { ports: [{ port: 80, $patch: "delete" }] } },
  { spec: { ports: [{ port: 81, name: "b", targetPort: 9 }] } },
  { spec: { $setElementOrder: [], ports: [{ port: 80, name: "q" }] } },
  { spec: { "$setElementOrder/ports": [{ port: 81 }, { port: 80 }], ports: [{ port: 80, targetPort: 7 }] } },
  { spec: { ports: [{ $patch: "replace" }, { port: 95, name: "r" }] } },
  { spec: { selector: { $patch: "replace", app: "q" } } },
  { spec: { $retainKeys: ["ports"], ports: [{ port: 80, name: "s" }] } },
];

/** Histories of Services, whose ports are told apart by number and protocol. */
export const serviceHistories: KindHistories = {
  kind: "v1/Service",
  whole,
  part: fc.oneof(
    { weight: 12, arbitrary: part },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        {
          spec: {
            ports: [
              { port: 80, name: "a" },
              { port: 80, name: "a", protocol: "TCP" },
            ],
          },
        },
        { spec: { ports: [{ name: "a" }] } },
        { spec: { ports: null } },
        { spec: { ports: [null] } },
      ),
    },
  ),
  status: some({
    conditions: fc.constantFrom(
      [{ type: "A", status: "True", reason: "B", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" }],
      [],
    ),
  }),
  operations: fc.constantFrom(...operations),
  strategic: fc.oneof(withNulls(part), fc.constantFrom(...strategic)),
};
