import type { Scenario } from "../../scenario.ts";
import { defined, definition, type Fields, version } from "./definition.ts";

const text = { type: "string" };
const object = (properties: Fields, more: Fields = {}) => ({ type: "object", properties, ...more });
const list = (items: unknown, more: Fields = {}) => ({ type: "array", items, ...more });

let count = 0;

/** A definition whose `spec` is this schema. */
function schema(name: string, spec: Fields, more: Fields = {}): Scenario {
  count++;
  return defined(name, definition(`Schema${count}`, [version(spec, more)]));
}

/** A definition whose whole schema is this. */
function root(name: string, openAPIV3Schema: Fields, more: Fields = {}): Scenario {
  count++;
  return defined(name, definition(`Root${count}`, [version({}, { schema: { openAPIV3Schema }, ...more })]));
}

/** A definition with this in place of what a good one says. */
function whole(name: string, spec: Fields, metadata: Fields = {}): Scenario {
  count++;
  const good = definition(`Whole${count}`, [version(object({ a: text }))], spec);
  return defined(name, { ...good, metadata: { ...(good["metadata"] as Fields), ...metadata } });
}

const column = { name: "A", type: "string", jsonPath: ".spec.a" };

/** Names, versions and everything about a definition but its schema. */
const outside: readonly Scenario[] = [
  whole("without group", { group: "" }),
  whole("a group without dot", { group: "example" }),
  whole("a group that is no domain", { group: "Example_Com.x" }),
  whole("another name", {}, { name: "other.crd.example.com" }),
  whole("without scope", { scope: undefined }),
  whole("a scope nobody knows", { scope: "Galaxy" }),
  whole("without names", { names: { plural: "", kind: "" } }),
  whole("names that aren't labels", {
    names: {
      plural: "A_s",
      kind: "1x",
      singular: "-",
      listKind: "_",
      shortNames: ["a.b"],
      categories: ["A B"],
    },
  }),
  whole("kind and listKind the same", { names: { plural: "sames", kind: "Same", listKind: "Same" } }),
  whole("without versions", { versions: [] }),
  whole("without storage version", { versions: [version(object({}), { storage: false })] }),
  whole("two storage versions", {
    versions: [version(object({})), version(object({ a: text }), { name: "v2" })],
  }),
  whole("two versions of one name", {
    versions: [version(object({})), version(object({ a: text }), { storage: false })],
  }),
  whole("a version's name that isn't one", { versions: [version(object({}), { name: "1_a" })] }),
  whole("a version without schema", { versions: [{ name: "v1", served: true, storage: true }] }),
  whole("two versions without schema", {
    versions: [
      { name: "v1", served: true, storage: true },
      { name: "v2", served: true, storage: false },
    ],
  }),
  whole("preserving unknown fields", { preserveUnknownFields: true }),
  whole(
    "a protected group",
    { group: "crd.k8s.io", names: { plural: "guards", kind: "Guard" } },
    { name: "guards.crd.k8s.io" },
  ),
  whole(
    "a protected group with a wrong approval",
    { group: "crd.kubernetes.io", names: { plural: "guards", kind: "Guard" } },
    { name: "guards.crd.kubernetes.io", annotations: { "api-approved.kubernetes.io": "maybe" } },
  ),
  whole("a conversion nobody knows", { conversion: { strategy: "Magic" } }),
  whole("a webhook conversion without webhook", { conversion: { strategy: "Webhook" } }),
  whole("a webhook conversion without address", {
    conversion: {
      strategy: "Webhook",
      webhook: { clientConfig: {}, conversionReviewVersions: ["v1"] },
    },
  }),
  whole("a webhook conversion over plain HTTP", {
    conversion: {
      strategy: "Webhook",
      webhook: { clientConfig: { url: "http://a.example/x?q=1#f" }, conversionReviewVersions: ["v3"] },
    },
  }),
  whole("a webhook conversion to a Service that isn't one", {
    conversion: {
      strategy: "Webhook",
      webhook: {
        clientConfig: { service: { name: "", namespace: "", path: "x//y", port: 70000 } },
        conversionReviewVersions: ["v1", "v1"],
      },
    },
  }),
  whole("no conversion with a webhook", {
    conversion: {
      strategy: "None",
      webhook: { clientConfig: { url: "https://a.example" }, conversionReviewVersions: ["v1"] },
    },
  }),
  schema("a deprecation warning of a version that isn't deprecated", object({}), { deprecationWarning: "x" }),
  schema("an empty deprecation warning", object({}), { deprecated: true, deprecationWarning: "" }),
  schema("columns without anything", object({ a: text }), {
    additionalPrinterColumns: [{ name: "", type: "", jsonPath: "" }],
  }),
  schema("columns of wrong types", object({ a: text }), {
    additionalPrinterColumns: [
      { ...column, type: "text", format: "int128" },
      { ...column, jsonPath: "spec.a" },
    ],
  }),
  schema("scale without paths", object({}), {
    subresources: { scale: { specReplicasPath: "", statusReplicasPath: "" } },
  }),
  schema("scale with wrong paths", object({}), {
    subresources: {
      scale: { specReplicasPath: ".status.x", statusReplicasPath: "x", labelSelectorPath: ".metadata.x" },
    },
  }),
  schema(
    "selectable fields",
    object({
      a: text,
      n: { type: "integer" },
      o: object({ b: { type: "boolean" } }),
      l: list(text),
      f: { type: "number" },
    }),
    {
      selectableFields: [{ jsonPath: ".spec.a" }, { jsonPath: ".spec.n" }, { jsonPath: ".spec.o.b" }],
    },
  ),
  schema("selectable fields that can't be", object({ a: text, l: list(text), f: { type: "number" } }), {
    selectableFields: [
      { jsonPath: "" },
      { jsonPath: ".spec.a" },
      { jsonPath: ".spec.a" },
      { jsonPath: ".spec.l" },
      { jsonPath: ".spec.f" },
      { jsonPath: ".spec.x" },
      { jsonPath: "spec.a" },
      { jsonPath: ".metadata.name" },
      { jsonPath: ".spec['a']" },
    ],
  }),
  schema(
    "too many selectable fields",
    object(Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}`, text]))),
    {
      selectableFields: Array.from({ length: 9 }, (_, index) => ({ jsonPath: `.spec.f${index}` })),
    },
  ),
];

/** What makes a schema not structural, or not one at all. */
const structure: readonly Scenario[] = [
  root("a root without type", { properties: { spec: text } }),
  root("a root that is a text", text),
  root("a root that may be null", { type: "object", nullable: true }),
  root("further properties at the root", { type: "object", additionalProperties: text }),
  root("rules for metadata", {
    type: "object",
    properties: { metadata: object({ labels: { type: "object" } }) },
  }),
  root("rules for the name", {
    type: "object",
    properties: { metadata: object({ name: { type: "string", maxLength: 5 } }) },
  }),
  root("a kind that is a number", {
    type: "object",
    properties: { kind: { type: "integer" }, apiVersion: { type: "integer" } },
  }),
  root(
    "combinators at the root with a status",
    { type: "object", properties: { spec: text }, anyOf: [{ required: ["spec"] }] },
    { subresources: { status: {} } },
  ),
  schema("a field without type", object({ a: {} })),
  schema("a type nobody knows", object({ a: { type: "text" }, b: { type: "null" } })),
  schema("an array without items", object({ a: { type: "array" } })),
  schema("items without type", object({ a: list({}) })),
  schema("several items", object({ a: { type: "array", items: [text, text] } })),
  schema("a reference", object({ a: { $ref: "#/definitions/x" } })),
  schema(
    "definitions and dependencies",
    object({
      a: {
        type: "string",
        id: "x",
        definitions: { y: text },
        dependencies: { b: ["c"] },
        patternProperties: { "^x": text },
        additionalItems: true,
      },
    }),
  ),
  schema("unique items", object({ a: list(text, { uniqueItems: true }) })),
  schema(
    "properties and further properties",
    object({ a: object({ b: text }, { additionalProperties: text }) }),
  ),
  schema("further properties alone", object({ a: { type: "object", additionalProperties: text } })),
  schema(
    "a type below a combinator",
    object({
      a: {
        type: "string",
        anyOf: [{ type: "string", description: "x", default: "y", nullable: true, title: "t" }],
      },
    }),
  ),
  schema(
    "a property only below a combinator",
    object({ a: object({ b: text }, { anyOf: [{ properties: { c: { minLength: 1 } } }] }) }),
  ),
  schema(
    "further properties below a combinator",
    object({
      a: { type: "object", additionalProperties: text, allOf: [{ additionalProperties: { minLength: 1 } }] },
    }),
  ),
  schema(
    "extensions below not",
    object({
      a: {
        type: "string",
        not: {
          "x-kubernetes-preserve-unknown-fields": true,
          "x-kubernetes-int-or-string": true,
          "x-kubernetes-list-type": "set",
        },
      },
    }),
  ),
  schema(
    "a good combinator",
    object({ a: { type: "string", anyOf: [{ pattern: "^a" }, { enum: ["b"] }], not: { enum: ["c"] } } }),
  ),
  schema("a pattern that isn't one", object({ a: { type: "string", pattern: "(" } })),
  schema(
    "int-or-string with the usual pattern",
    object({ a: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] } }),
  ),
  schema(
    "int-or-string that keeps everything",
    object({
      a: {
        "x-kubernetes-int-or-string": true,
        "x-kubernetes-preserve-unknown-fields": true,
        "x-kubernetes-embedded-resource": true,
      },
    }),
  ),
  schema(
    "keeping unknown fields as false",
    object({ a: { type: "object", "x-kubernetes-preserve-unknown-fields": false } }),
  ),
  schema(
    "an embedded resource without anything",
    object({ a: { type: "object", "x-kubernetes-embedded-resource": true } }),
  ),
  schema(
    "an embedded resource that is a text",
    object({
      a: {
        type: "string",
        "x-kubernetes-embedded-resource": true,
        "x-kubernetes-preserve-unknown-fields": true,
      },
    }),
  ),
  schema(
    "an embedded resource",
    object({
      a: {
        type: "object",
        "x-kubernetes-embedded-resource": true,
        "x-kubernetes-preserve-unknown-fields": true,
      },
    }),
  ),
];

/** Lists and maps, and defaults. */
const inside: readonly Scenario[] = [
  schema("a list type nobody knows", object({ a: list(text, { "x-kubernetes-list-type": "bag" }) })),
  schema("a list type of a text", object({ a: { type: "string", "x-kubernetes-list-type": "set" } })),
  schema("a map without keys", object({ a: list(object({ n: text }), { "x-kubernetes-list-type": "map" }) })),
  schema(
    "keys without map",
    object({ a: list(object({ n: text }), { "x-kubernetes-list-map-keys": ["n"] }) }),
  ),
  schema(
    "keys of a set",
    object({ a: list(text, { "x-kubernetes-list-type": "set", "x-kubernetes-list-map-keys": ["n"] }) }),
  ),
  schema(
    "a map of texts",
    object({ a: list(text, { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["n"] }) }),
  ),
  schema(
    "keys that aren't there, twice, or lists",
    object({
      a: list(object({ n: list(text) }, { required: ["n"] }), {
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["n", "m", "n"],
      }),
    }),
  ),
  schema(
    "keys that may be missing or null",
    object({
      a: list(object({ n: { type: "string", nullable: true }, m: text }, { nullable: true }), {
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["n", "m"],
      }),
    }),
  ),
  schema(
    "a map by a key with a default",
    object({
      a: list(object({ n: { type: "string", default: "x" } }), {
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["n"],
      }),
    }),
  ),
  schema(
    "a set of lists and of objects",
    object({
      a: list(list(text, { "x-kubernetes-list-type": "set" }), { "x-kubernetes-list-type": "set" }),
      b: list(object({ n: text }), { "x-kubernetes-list-type": "set" }),
      c: list(object({ n: text }, { "x-kubernetes-map-type": "atomic" }), {
        "x-kubernetes-list-type": "set",
      }),
    }),
  ),
  schema(
    "a set of what may be null",
    object({ a: list({ type: "string", nullable: true }, { "x-kubernetes-list-type": "set" }) }),
  ),
  schema(
    "a map type nobody knows, and of a text",
    object({
      a: { type: "object", "x-kubernetes-map-type": "loose" },
      b: { type: "string", "x-kubernetes-map-type": "atomic" },
    }),
  ),
  schema("a default of the wrong type", object({ a: { type: "string", default: 5 } })),
  schema(
    "a default out of range",
    object({
      a: { type: "integer", minimum: 3, default: 1 },
      b: { type: "string", enum: ["x"], default: "y" },
    }),
  ),
  schema(
    "a default with unknown fields",
    object({ a: object({ b: text }, { default: { b: "x", c: "y" } }) }),
  ),
  schema(
    "a good default within a default",
    object({ a: object({ b: { type: "string", default: "z" } }, { default: {} }) }),
  ),
  schema(
    "a default that breaks a rule",
    object({
      a: {
        type: "integer",
        default: 1,
        "x-kubernetes-validations": [{ rule: "self > 3", message: "too small" }],
      },
    }),
  ),
  schema(
    "a default of null",
    object({ a: { type: "string", default: null }, b: { type: "string", nullable: true, default: null } }),
  ),
  root("a default in metadata", {
    type: "object",
    properties: {
      metadata: object({ name: { type: "string", default: "x" } }),
      kind: { type: "string", default: "K" },
    },
  }),
  root("a default at the root", { type: "object", default: {}, properties: { spec: object({}) } }),
  schema(
    "a default of an embedded resource",
    object({
      a: {
        type: "object",
        "x-kubernetes-embedded-resource": true,
        "x-kubernetes-preserve-unknown-fields": true,
        default: { apiVersion: "v1" },
      },
    }),
  ),
  schema(
    "empty and unknown fields where a schema may be something else too",
    object({
      a: list({
        type: "object",
        id: "",
        title: "",
        surprise: 1,
        properties: { b: { type: "string", id: "" } },
      }),
      c: { type: "object", additionalProperties: { type: "string", id: "", nullable: false, surprise: 1 } },
    }),
  ),
  schema(
    "a wrong type where a schema may be something else too",
    object({ a: list({ type: "object", title: 5 }) }),
  ),
];

/** Definitions of all sorts, most of them refused. */
export const definitionScenarios: readonly Scenario[] = [...outside, ...structure, ...inside];
