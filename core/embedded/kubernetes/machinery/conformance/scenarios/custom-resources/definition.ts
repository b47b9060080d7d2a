import type { Scenario, Step } from "../../scenario.ts";

export type Fields = Record<string, unknown>;

/** A version of a definition with a schema of `spec`'s properties, and what else is said. */
export function version(spec: Fields, more: Fields = {}): Fields {
  return {
    name: "v1",
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: "object", properties: { spec } } },
    ...more,
  };
}

/** A definition of `plural` in a group of its own, by its kind and what else is said. */
export function definition(kind: string, versions: readonly Fields[], more: Fields = {}): Fields {
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.crd.example.com` },
    spec: {
      group: "crd.example.com",
      scope: "Namespaced",
      names: { plural, kind },
      versions,
      ...more,
    },
  };
}

/** Creates a definition. */
export function define(body: Fields): Step {
  return { verb: "create", kind: "apiextensions.k8s.io/v1/CustomResourceDefinition", body };
}

/** One definition, whatever is answered. */
export function defined(name: string, body: Fields): Scenario {
  return { name: `definition: ${name}`, steps: [define(body)] };
}

/** An object of a kind that `definition` defined. */
export function custom(
  kind: string,
  name: string,
  content: Fields,
  apiVersion = "crd.example.com/v1",
): Fields {
  return { apiVersion, kind, metadata: { name }, ...content };
}
