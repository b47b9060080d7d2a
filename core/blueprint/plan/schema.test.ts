import { applicationSpecSchema } from "@catalyst/model/application";
import { blueprintSpecSchema } from "@catalyst/model/blueprint";
import { environmentKind } from "@catalyst/model/environment";
import { organizationKind } from "@catalyst/model/organization";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { chartSchema, manifestSchema } from "../folder/folder.ts";
import { schemaProblems, uncheckedSchemaProblems } from "./schema.ts";

describe("schemas", () => {
  it.each([
    ["an Application's spec", applicationSpecSchema],
    ["a Blueprint's spec", blueprintSpecSchema],
    ["blueprint.yaml", manifestSchema],
    ["Chart.yaml", chartSchema],
    ["an Environment's spec", environmentKind.spec],
    ["an Organization's spec", organizationKind.spec],
  ])("of this program are valid, since nothing checks them later: %s", (_what, schema) => {
    const ajv = new Ajv2020({ strict: false });
    ajv.validateSchema(schema);
    expect(ajv.errors ?? []).toEqual([]);
  });

  it("of others are checked before they are used, whatever used them without", () => {
    const schema = { type: "object", required: ["a", "a"] };
    schemaProblems(schema, {}, []);
    const problems = () => uncheckedSchemaProblems(schema, {}, []);
    expect(problems).toThrow("schema is invalid");
  });
});
