import type { Scenario, Step } from "../scenario.ts";

type Fields = Record<string, unknown>;

const schema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: {
        size: { type: "integer", minimum: 1, maximum: 10 },
        color: { type: "string", enum: ["red", "green"], default: "red" },
        name: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
        port: { "x-kubernetes-int-or-string": true },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        labels: { type: "object", additionalProperties: { type: "string" } },
        maybe: { type: "string", nullable: true },
        tags: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
        list: { type: "array", maxItems: 2, items: { type: "string" } },
        parts: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string" }, weight: { type: "integer", default: 1 } },
          },
        },
      },
    },
    status: { type: "object", properties: { phase: { type: "string" }, ready: { type: "integer" } } },
  },
};

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget", shortNames: ["wd"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: {
          status: {},
          scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.ready" },
        },
        additionalPrinterColumns: [
          { name: "Size", type: "integer", jsonPath: ".spec.size" },
          { name: "Color", type: "string", jsonPath: ".spec.color", priority: 1 },
          { name: "First", type: "string", jsonPath: '.spec.parts[?(@.name=="a")].weight' },
        ],
      },
    ],
  },
};

const kind = "example.com/v1/Widget";

function widget(name: string, spec: Fields, more: Fields = {}): Fields {
  return { apiVersion: "example.com/v1", kind: "Widget", metadata: { name }, spec, ...more };
}

function create(body: Fields, more: Partial<Step> = {}): Step {
  return { verb: "create", kind, body, ...more };
}

function apply(manager: string, body: Fields, more: Partial<Step> = {}): Step {
  return { verb: "apply", kind, name: String((body["metadata"] as Fields)["name"]), manager, body, ...more };
}

/** Custom resources: defaults, pruning, validation, ownership. */
export const customScenarios: readonly Scenario[] = [
  {
    name: "custom: a definition",
    steps: [{ verb: "create", kind: "apiextensions.k8s.io/v1/CustomResourceDefinition", body: definition }],
  },
  {
    name: "custom: objects are defaulted and pruned",
    steps: [
      create(
        widget("custom-plain", {
          size: 1,
          unknown: 1,
          free: { a: { b: 1 } },
          parts: [{ name: "a", x: 1 }],
          port: "http",
          labels: { a: "b" },
          maybe: null,
        }),
      ),
      { verb: "table", kind, name: "custom-plain" },
      create(widget("custom-strict", { size: 1, unknown: 1 }), { fieldValidation: "Strict" }),
      {
        verb: "patch",
        kind,
        name: "custom-plain",
        patchType: "merge",
        body: { spec: { size: 2, color: null }, status: { phase: "no" } },
      },
      {
        verb: "patch",
        kind,
        name: "custom-plain",
        subresource: "status",
        patchType: "merge",
        body: { spec: { size: 9 }, metadata: { labels: { no: "no" } }, status: { phase: "Good", ready: 2 } },
      },
      { verb: "get", kind, name: "custom-plain", subresource: "scale" },
      {
        verb: "patch",
        kind,
        name: "custom-plain",
        patchType: "json",
        body: [{ op: "add", path: "/metadata/labels", value: { a: "b" } }],
      },
      { verb: "update", kind, name: "custom-plain", body: widget("custom-plain", { size: 3 }) },
      { verb: "patch", kind, name: "custom-plain", patchType: "strategic", body: { spec: { size: 4 } } },
    ],
  },
  {
    name: "custom: nulls",
    steps: [
      create(
        widget("custom-null", {
          size: 1,
          name: null,
          color: null,
          maybe: null,
          list: null,
          parts: [{ name: "a", weight: null }],
          labels: { a: null },
        }),
      ),
      {
        verb: "patch",
        kind,
        name: "custom-null",
        subresource: "status",
        patchType: "merge",
        body: { status: { phase: "x", ready: 1 } },
      },
      {
        verb: "update",
        kind,
        name: "custom-null",
        subresource: "status",
        change: (held) => ({ ...held, status: { phase: null, ready: 2 } }),
      },
      apply("a", widget("custom-null-applied", { size: 1, name: null, maybe: null })),
    ],
  },
  {
    name: "custom: keys that objects have of themselves",
    steps: [
      create(
        widget("custom-keys", {
          size: 1,
          free: { constructor: "a", toString: { valueOf: 1 } },
          labels: { hasOwnProperty: "b" },
        }),
      ),
      apply("a", widget("custom-keys", { size: 1, free: { constructor: "b", isPrototypeOf: "c" } })),
      apply("a", widget("custom-keys", { size: 1 }), { force: true }),
    ],
  },
  {
    name: "custom: invalid objects",
    steps: [
      create(widget("custom-missing", {})),
      create({ apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "custom-no-spec" } }),
      create(widget("custom-wrong", { size: 1, color: 5, free: "x", list: {} })),
      create(widget("custom-range", { size: 11, color: "blue", name: "ABCDEFG" })),
      create(
        widget("custom-lists", {
          size: 1,
          tags: ["a", "a"],
          list: ["a", "b", "c"],
          parts: [{ name: "x" }, { name: "x" }],
        }),
      ),
      create(widget("custom-port", { size: 1, port: true, labels: { a: 1 }, parts: [{}] })),
      create(widget("Custom_Name", { size: 1 })),
    ],
  },
  {
    name: "custom: apply",
    steps: [
      apply("a", widget("custom-apply", { size: 1, tags: ["x"], parts: [{ name: "a" }] })),
      apply(
        "b",
        widget("custom-apply", {
          size: 1,
          tags: ["y"],
          parts: [{ name: "b", weight: 2 }],
          free: { a: { b: 1 } },
        }),
      ),
      apply("a", widget("custom-apply", { size: 1, parts: [{ name: "a", weight: 3 }] })),
      apply("a", widget("custom-apply", { size: 1, nothing: 1 })),
      apply("b", widget("custom-apply", { size: 2 })),
      apply("s", widget("custom-apply", { size: 1 }, { status: { phase: "Applied" } }), {
        subresource: "status",
      }),
    ],
  },
];
