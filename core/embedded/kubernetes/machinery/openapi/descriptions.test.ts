import { expect, test } from "vitest";
import { builtinKinds } from "../schema/builtin.ts";
import { kubernetesData } from "../schema/data.ts";
import { definitionOfKind, definitionSchema } from "./definitions.ts";
import { descriptions } from "./descriptions.ts";

test("what is described is there", () => {
  const { types } = kubernetesData();
  const common = Object.values(types).filter(({ kind }) => kind !== undefined);
  const missing = Object.entries(descriptions()).flatMap(([name, sentences]) => {
    const holders = name === "*" ? common : [types[name]];
    return Object.keys(sentences)
      .filter((field) => field !== "" || holders[0] === undefined)
      .filter((field) => !holders.some((type) => type?.fields?.[field] !== undefined))
      .map((field) => `${name}.${field}`);
  });
  expect(missing).toEqual([]);
});

test.each(
  builtinKinds().map(({ group, version, kind }) => [`${group}/${version}/${kind}`, group, version, kind]),
)("%s is described, with its metadata", (_name, group, version, kind) => {
  const name = definitionOfKind(group!, version!, kind!);
  const schema = definitionSchema(name!, 3) as {
    readonly description?: string;
    readonly properties: Readonly<Record<string, { readonly description?: string }>>;
  };
  expect(schema.description).toMatch(/^[A-Z].*\.$/);
  expect(schema.properties["kind"]?.description).toMatch(/^Name of the kind/);
});

test("a field that is an object keeps its type beside its description", () => {
  const pod = definitionSchema("api.core.v1.Pod", 3)["properties"] as Record<string, object>;
  expect(pod["spec"]).toMatchObject({
    description: "What is wanted; set by whoever owns the object.",
    allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.PodSpec" }],
  });
});
