import type { Scenario, Step } from "../scenario.ts";
import { configure, forget, hook } from "./webhooks.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** A definition whose objects have `data`, and nothing else. */
function definition(plural: string, kind: string): Step {
  const schema = {
    openAPIV3Schema: {
      type: "object",
      properties: {
        data: { type: "object", additionalProperties: { type: "string" } },
        size: { type: "integer", default: 1 },
      },
    },
  };
  const versions = ["v1", "v2"].map((name) => ({ name, served: true, storage: name === "v1", schema }));
  const group = "example.com";
  const names = { plural, kind };
  const body = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: { group, names, scope: "Namespaced", versions },
  };
  return { method: "POST", path: `${definitions}?fieldManager=x`, body };
}

const forgetDefinition = (plural: string): Step => ({
  method: "DELETE",
  path: `${definitions}/${plural}.example.com`,
});

const path = (version: string, plural: string) => `/apis/example.com/${version}/namespaces/default/${plural}`;
const rule = (plural: string, version = "v1") => ({
  operations: ["*"],
  apiGroups: ["example.com"],
  apiVersions: [version],
  resources: [plural],
});

function object(version: string, kind: string, more: object = {}): object {
  return { apiVersion: `example.com/${version}`, kind, metadata: { name: "one" }, data: { a: "b" }, ...more };
}

export const customScenarios: readonly Scenario[] = [
  {
    name: "custom resources in a version that isn't the webhook's",
    steps: [
      definition("gears", "Gear"),
      configure("Mutating", "gears", hook("/first", { rules: [rule("gears")] })),
      configure("Validating", "gears", hook("/allow", { rules: [rule("gears")] })),
      { method: "POST", path: path("v2", "gears"), body: object("v2", "Gear") },
      { method: "PATCH", path: `${path("v2", "gears")}/one`, body: { data: { d: "e" } } },
      { method: "GET", path: `${path("v1", "gears")}/one` },
      { method: "DELETE", path: `${path("v2", "gears")}/one` },
      forget("Mutating", "gears"),
      forget("Validating", "gears"),
      forgetDefinition("gears"),
    ],
  },
  {
    name: "custom resources lose what a webhook adds beside their schema",
    steps: [
      definition("nuts", "Nut"),
      configure("Mutating", "nuts", hook("/spec", { rules: [rule("nuts")] })),
      { method: "POST", path: path("v1", "nuts"), body: object("v1", "Nut") },
      { method: "GET", path: `${path("v1", "nuts")}/one` },
      { method: "DELETE", path: `${path("v1", "nuts")}/one` },
      forget("Mutating", "nuts"),
      forgetDefinition("nuts"),
    ],
  },
  {
    name: "custom resources are refused to be made, changed and deleted",
    steps: [
      definition("bolts", "Bolt"),
      { method: "POST", path: path("v1", "bolts"), body: object("v1", "Bolt") },
      configure("Validating", "bolts", hook("/deny-message", { rules: [rule("bolts", "*")] })),
      {
        method: "POST",
        path: path("v1", "bolts"),
        body: object("v1", "Bolt", { metadata: { name: "two" } }),
      },
      { method: "PATCH", path: `${path("v2", "bolts")}/one`, body: { data: { d: "e" } } },
      { method: "DELETE", path: `${path("v1", "bolts")}/one` },
      forget("Validating", "bolts"),
      { method: "DELETE", path: `${path("v1", "bolts")}/one` },
      forgetDefinition("bolts"),
    ],
  },
  {
    name: "a definition is refused",
    steps: [
      configure(
        "Validating",
        "definitions",
        hook("/deny-message", {
          rules: [
            {
              operations: ["CREATE"],
              apiGroups: ["apiextensions.k8s.io"],
              apiVersions: ["*"],
              resources: ["customresourcedefinitions"],
            },
          ],
          objectSelector: { matchLabels: { refused: "yes" } },
        }),
      ),
      {
        ...definition("pins", "Pin"),
        body: {
          ...(definition("pins", "Pin").body as object),
          metadata: { name: "pins.example.com", labels: { refused: "yes" } },
        },
      },
      forget("Validating", "definitions"),
    ],
  },
];
