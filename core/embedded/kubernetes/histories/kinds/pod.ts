import fc from "fast-check";
import { type KindHistories, some, withNulls } from "../arbitrary.ts";
import { labelOperations, plainMetadata } from "./metadata.ts";

const image = fc.constantFrom("registry.example/x:1", "registry.example/x:2");

const whole = fc.tuple(plainMetadata, image, image).map(([metadata, first, second]) => ({
  metadata,
  spec: {
    automountServiceAccountToken: false,
    containers: [
      { name: "a", image: first },
      { name: "b", image: second },
    ],
  },
}));

const part = some({
  metadata: plainMetadata,
  spec: some({ activeDeadlineSeconds: fc.constantFrom(50, 60) }),
});

const operations = [
  ...labelOperations,
  { op: "replace", path: "/spec/containers/0/image", value: "registry.example/z" },
  { op: "test", path: "/spec/containers/1/name", value: "b" },
  { op: "add", path: "/spec/activeDeadlineSeconds", value: 40 },
];

/** Histories of Pods, most of whose spec stays. */
export const podHistories: KindHistories = {
  kind: "v1/Pod",
  whole,
  part,
  status: some({
    phase: fc.constantFrom("Pending", "Running"),
    podIP: fc.constantFrom("10.1.2.3"),
    conditions: fc.constantFrom(
      [],
      [{ type: "Ready", status: "True" }],
      [
        { type: "Ready", status: "False" },
        { type: "example.com/Gate", status: "True" },
      ],
    ),
  }),
  operations: fc.constantFrom(...operations),
  strategic: fc.oneof(
    withNulls(part),
    fc.constantFrom(
      { spec: { containers: [{ name: "a", image: "registry.example/w" }] } },
      { spec: { "$setElementOrder/containers": [{ name: "a" }, { name: "b" }] } },
      { metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/x"] } },
    ),
  ),
};
