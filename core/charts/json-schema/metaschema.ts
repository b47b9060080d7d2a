import { createRequire } from "node:module";
import { type Draft, SchemaDocument } from "./document.ts";

/** The schema of schemas. */
export interface Metaschema {
  readonly url: string;
  readonly document: SchemaDocument;
}

type Fields = Record<string, unknown>;

const require = createRequire(import.meta.url);

/** A draft's schema as its authors publish it, and the vocabularies it is made of; read when first asked for. */
const sources: Readonly<Record<Draft, { url: string; schema: () => Fields; vocabularies: () => Fields[] }>> =
  {
    4: {
      url: "http://json-schema.org/draft-04/schema",
      schema: () => {
        const schema: Fields = require("ajv-draft-04/dist/refs/json-schema-draft-04.json");
        // As revised later: what a schema is called needn't be a whole URL.
        return { ...schema, properties: { ...(schema["properties"] as Fields), id: { type: "string" } } };
      },
      vocabularies: () => [],
    },
    6: {
      url: "http://json-schema.org/draft-06/schema",
      schema: () => require("ajv/dist/refs/json-schema-draft-06.json"),
      vocabularies: () => [],
    },
    7: {
      url: "http://json-schema.org/draft-07/schema",
      schema: () => require("ajv/dist/refs/json-schema-draft-07.json"),
      vocabularies: () => [],
    },
    2019: {
      url: "https://json-schema.org/draft/2019-09/schema",
      schema: () => require("ajv/dist/refs/json-schema-2019-09/schema.json"),
      vocabularies: () =>
        ["applicator", "content", "core", "format", "meta-data", "validation"].map((name) =>
          require(`ajv/dist/refs/json-schema-2019-09/meta/${name}.json`),
        ),
    },
    2020: {
      url: "https://json-schema.org/draft/2020-12/schema",
      schema: () => require("ajv/dist/refs/json-schema-2020-12/schema.json"),
      vocabularies: () =>
        ["applicator", "content", "core", "format-annotation", "meta-data", "unevaluated", "validation"].map(
          (name) => require(`ajv/dist/refs/json-schema-2020-12/meta/${name}.json`),
        ),
    },
  };

const known = new Map<Draft, Metaschema>();

/** Gives the schema of a draft's schemas. */
export function metaschemaOf(draft: Draft): Metaschema {
  const found = known.get(draft) ?? readMetaschema(draft);
  known.set(draft, found);
  return found;
}

function readMetaschema(draft: Draft): Metaschema {
  const { url, schema, vocabularies } = sources[draft];
  const parts = vocabularies();
  // References to a vocabulary by its URL find it inside.
  const whole = parts.length === 0 ? schema() : { ...schema(), $defs: { ...parts } };
  return { url, document: new SchemaDocument(whole, true) };
}
