import { createRequire } from "node:module";
import { type Draft, SchemaDocument } from "./document.ts";

/** The schema of schemas. */
export interface Metaschema {
  readonly url: string;
  readonly document: SchemaDocument;
}

const require = createRequire(import.meta.url);
const vocabularies: Readonly<Partial<Record<Draft, readonly string[]>>> = {
  2019: ["applicator", "content", "core", "format", "meta-data", "validation"],
  2020: ["applicator", "content", "core", "format-annotation", "meta-data", "unevaluated", "validation"],
};
const files: Readonly<Record<Draft, string>> = {
  4: "ajv-draft-04/dist/refs/json-schema-draft-04",
  6: "ajv/dist/refs/json-schema-draft-06",
  7: "ajv/dist/refs/json-schema-draft-07",
  2019: "ajv/dist/refs/json-schema-2019-09/schema",
  2020: "ajv/dist/refs/json-schema-2020-12/schema",
};
const urls: Readonly<Record<Draft, string>> = {
  4: "http://json-schema.org/draft-04/schema",
  6: "http://json-schema.org/draft-06/schema",
  7: "http://json-schema.org/draft-07/schema",
  2019: "https://json-schema.org/draft/2019-09/schema",
  2020: "https://json-schema.org/draft/2020-12/schema",
};
const known = new Map<Draft, Metaschema>();

/** Gives the schema of a draft's schemas, read once when first asked for. */
export function metaschemaOf(draft: Draft): Metaschema {
  const read = known.get(draft) ?? { url: urls[draft], document: new SchemaDocument(bundle(draft), true) };
  known.set(draft, read);
  return read;
}

/** Puts the vocabularies a draft's schema stands on into the schema itself. */
function bundle(draft: Draft): unknown {
  const file = files[draft];
  const schema = readReference(file);
  if (draft === 4) {
    // As revised later: what a schema is called needn't be a whole URL.
    return { ...schema, properties: { ...(schema["properties"] as object), id: { type: "string" } } };
  }
  const parts = vocabularies[draft] ?? [];
  const folder = file.replace(/\/schema$/, "");
  const defined = parts.map((name) => [name, readReference(`${folder}/meta/${name}`)] as const);
  return defined.length === 0 ? schema : { ...schema, $defs: Object.fromEntries(defined) };
}

function readReference(name: string): Record<string, unknown> {
  return require(`${name}.json`) as Record<string, unknown>;
}
