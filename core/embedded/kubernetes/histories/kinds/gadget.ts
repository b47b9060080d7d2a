import fc from "fast-check";
import { type KindHistories, some } from "../arbitrary.ts";
import { labelOperations, metadata } from "./metadata.ts";

const text = { type: "string" };
const item = {
  type: "object",
  required: ["name"],
  properties: {
    name: text,
    zone: { type: "string", default: "here" },
    weight: { type: "integer" },
    deep: { type: "object", properties: { a: text, b: text } },
  },
};

const spec = {
  type: "object",
  properties: {
    size: { type: "integer", default: 1 },
    color: { type: "string", default: "red" },
    maybe: { type: "string", nullable: true },
    set: { type: "array", items: text, "x-kubernetes-list-type": "set" },
    plain: { type: "array", items: text },
    items: {
      type: "array",
      items: item,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name", "zone"],
    },
    whole: { type: "object", "x-kubernetes-map-type": "atomic", properties: { a: text, b: text } },
    open: { type: "object", additionalProperties: text },
    nested: {
      type: "object",
      properties: {
        a: { type: "object", properties: { b: text, c: text } },
        d: { type: "string", default: "e" },
      },
    },
    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    either: { "x-kubernetes-int-or-string": true },
  },
};

/** A definition with every way of sharing a value among managers. */
export const gadgetDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gadgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "gadgets", kind: "Gadget" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec,
              status: {
                type: "object",
                properties: {
                  phase: text,
                  ready: { type: "integer" },
                  conditions: {
                    type: "array",
                    items: { type: "object", required: ["type"], properties: { type: text, status: text } },
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["type"],
                  },
                },
              },
            },
          },
        },
        subresources: {
          status: {},
          scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.ready" },
        },
      },
    ],
  },
};

const letter = fc.constantFrom("p", "q", "r");
const entry = fc.record(
  {
    name: fc.constantFrom("a", "b"),
    zone: fc.constantFrom("here", "there"),
    weight: fc.constantFrom(1, 2),
    deep: some({ a: letter, b: letter }),
  },
  { requiredKeys: ["name"] },
);

const part = some({
  metadata,
  spec: some({
    size: fc.constantFrom(1, 2, 3),
    color: fc.constantFrom("red", "green"),
    maybe: fc.constantFrom("x", null),
    set: fc.uniqueArray(letter, { maxLength: 3 }),
    plain: fc.array(letter, { maxLength: 3 }),
    items: fc.array(entry, { maxLength: 2 }),
    whole: some({ a: letter, b: letter }),
    open: fc.dictionary(letter, letter, { maxKeys: 2 }),
    nested: some({ a: some({ b: letter, c: letter }), d: letter }),
    free: fc.constantFrom({ any: { thing: 1 } }, { any: [1, 2] }, { other: "x" }),
    either: fc.constantFrom(1, "1"),
  }),
});

const operations = [
  ...labelOperations,
  { op: "add", path: "/spec/set/-", value: "z" },
  { op: "remove", path: "/spec/set/0" },
  { op: "add", path: "/spec/items/-", value: { name: "z" } },
  { op: "remove", path: "/spec/items/0" },
  { op: "add", path: "/spec/maybe", value: null },
  { op: "add", path: "/spec/color", value: null },
  { op: "remove", path: "/spec/nested" },
  { op: "add", path: "/spec/free", value: { a: { b: 1 } } },
];

/** Histories of a custom kind. */
export const gadgetHistories: KindHistories = {
  kind: "example.com/v1/Gadget",
  whole: part,
  part: fc.oneof(
    { weight: 12, arbitrary: part },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { spec: { set: ["p", "p"] } },
        { spec: { items: [{ name: "a" }, { name: "a", zone: "here" }] } },
        { spec: { items: [{ zone: "here" }] } },
        { spec: { size: null } },
        { spec: { color: 2 } },
        { spec: null },
        { spec: { unknown: 1 } },
        { spec: { nested: { a: null } } },
        { spec: { set: null } },
        { spec: { items: [{ name: "a", weight: null }] } },
      ),
    },
  ),
  status: some({
    phase: letter,
    ready: fc.constantFrom(0, 1),
    conditions: fc.constantFrom([], [{ type: "A", status: "True" }], [{ type: "A" }, { type: "B" }]),
  }),
  scaled: true,
  operations: fc.constantFrom(...operations),
};
