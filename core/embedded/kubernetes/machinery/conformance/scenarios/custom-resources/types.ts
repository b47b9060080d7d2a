import type { Scenario, Step } from "../../scenario.ts";
import { custom, define, definition, type Fields, version } from "./definition.ts";

const kind = "crd.example.com/v1/Typed";
const spec = { type: "object", properties: { a: { type: "string" } } };

/** An object without these fields, and with those. */
function object(name: string, without: readonly string[], more: Fields = {}): Fields {
  const whole = custom("Typed", name, { spec: { a: "x" } });
  return {
    ...Object.fromEntries(Object.entries(whole).filter(([field]) => !without.includes(field))),
    ...more,
  };
}

const odd: readonly (readonly [name: string, body: Fields])[] = [
  ["no-kind", object("no-kind", ["kind"])],
  ["empty-kind", object("empty-kind", [], { kind: "" })],
  ["null-kind", object("null-kind", [], { kind: null })],
  ["number-kind", object("number-kind", [], { kind: 5 })],
  ["other-kind", object("other-kind", [], { kind: "Other" })],
  ["no-version", object("no-version", ["apiVersion"])],
  ["empty-version", object("empty-version", [], { apiVersion: "" })],
  ["number-version", object("number-version", [], { apiVersion: 5 })],
  ["other-version", object("other-version", [], { apiVersion: "crd.example.com/v2" })],
  ["other-group", object("other-group", [], { apiVersion: "v1" })],
  ["neither", object("neither", ["apiVersion", "kind"])],
];

/** Objects of a custom kind that don't say, or say wrongly, of which kind they are. */
export const typeScenarios: readonly Scenario[] = [
  {
    name: "objects: of which kind they are",
    steps: [
      define(definition("Typed", [version(spec)])),
      ...odd.map(([, body]): Step => ({ verb: "create", kind, body })),
      ...odd
        .filter(([name]) => name !== "other-version")
        .map(([, body]): Step => ({ verb: "create", kind, body, fieldValidation: "Strict" })),
      { verb: "create", kind, name: "one", body: object("one", []) },
      ...odd.map(
        ([, { metadata: _metadata, ...rest }]): Step => ({
          verb: "update",
          kind,
          name: "one",
          // what is refused for its kind alone quotes nothing of the rest, and is looked at later
          change: ({ metadata }) =>
            rest["kind"] === "Other" ? { ...rest, metadata } : { ...rest, metadata: { name: "one" } },
        }),
      ),
      ...odd.map(
        ([, body]): Step => ({
          verb: "apply",
          kind,
          name: "one",
          manager: "tester",
          force: true,
          body: { ...body, metadata: { name: "one" } },
        }),
      ),
      // what is told quotes all that is held
      { verb: "patch", kind, name: "one", patchType: "merge", body: { kind: null }, shared: true },
      {
        verb: "patch",
        kind,
        name: "one",
        patchType: "json",
        body: [{ op: "remove", path: "/kind" }],
        shared: true,
      },
    ],
  },
];
