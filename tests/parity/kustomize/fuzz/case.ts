import { Random } from "../../../charts/fuzz/random.ts";
import { kinds, metadataFields, type Schema } from "./schema.ts";
import { type Written, written } from "./written.ts";

/** The files of a folder with one kustomization, by their paths in it. */
export type FuzzCase = ReadonlyMap<string, string>;

/** Makes the case of a number: an object and what is patched into it. Its objects are called as no other case's are. */
export function randomCase(seed: number, number: number): FuzzCase {
  return new CaseMaker(new Random(Math.imul(seed, 1_000_003) + number), `o${number}`).made();
}

const nulls = ["", "null", "~"];
const directives = ["delete", "replace", "merge"];

class CaseMaker {
  readonly #random: Random;
  readonly #name: string;

  constructor(random: Random, name: string) {
    this.#random = random;
    this.#name = name;
  }

  made(): FuzzCase {
    const random = this.#random;
    const kind = random.pick(kinds);
    const files = new Map([["all.yaml", this.#document(kind, false)]]);
    const merges: string[] = [];
    const patches: string[] = [];
    for (let index = random.below(3); index >= 0; index--) {
      const file = `patch-${index}.yaml`;
      const documents = [this.#document(kind, true), ...random.some(1, () => this.#document(kind, true))];
      const way = random.pick(["merge", "selected", "named", "named"]);
      if (way === "merge") merges.push(`- ${file}\n`);
      else patches.push(`- path: ${file}\n`);
      if (way === "selected") {
        documents.splice(1);
        patches.push(`  target:\n    kind: ${kind.kind}\n`);
      }
      files.set(file, documents.join("---\n"));
    }
    const lists = [
      merges.length === 0 ? "" : `patchesStrategicMerge:\n${merges.join("")}`,
      patches.length === 0 ? "" : `patches:\n${patches.join("")}`,
    ];
    return files.set("kustomization.yaml", `resources:\n- all.yaml\n${lists.join("")}`);
  }

  #document({ apiVersion, kind, of }: (typeof kinds)[number], isPatch: boolean): string {
    const metadata = new Map<string, Written>([["name", this.#name]]);
    if (this.#random.once(3)) {
      const more = this.#value(metadataFields, isPatch);
      if (more instanceof Map) for (const [name, value] of more) metadata.set(name, value);
    }
    const object = new Map<string, Written>([["apiVersion", apiVersion]]);
    object.set("kind", kind).set("metadata", metadata);
    const content = this.#value(of, isPatch);
    if (content instanceof Map) for (const [name, value] of content) object.set(name, value);
    return `${written(object).trimStart()}\n`;
  }

  #value(schema: Schema, isPatch: boolean): Written {
    const random = this.#random;
    const nothing = "words" in schema ? nulls : [...nulls, "items" in schema ? "[]" : "{}"];
    if (random.once(isPatch ? 25 : 60)) return random.pick(nothing);
    if ("words" in schema) return random.pick(schema.words);
    return "items" in schema ? this.#list(schema.items, isPatch) : this.#fields(schema, isPatch);
  }

  #fields(
    { fields, needs = [] }: Extract<Schema, { readonly fields: unknown }>,
    isPatch: boolean,
  ): ReadonlyMap<string, Written> {
    const random = this.#random;
    const made = new Map<string, Written>();
    const chance = Object.keys(fields).length > 6 ? 4 : 2;
    for (const [name, schema] of Object.entries(fields)) {
      if (needs.includes(name) ? random.once(20) : !random.once(chance)) continue;
      made.set(name, this.#value(schema, isPatch));
      if (isPatch && random.once(12)) this.#listDirective(made, name, schema);
    }
    if (isPatch && random.once(12)) made.set("$patch", random.pick(directives));
    if (isPatch && random.once(40))
      made.set(
        "$retainKeys",
        random.some(3, () => random.pick(Object.keys(fields))),
      );
    return shuffled(made, random);
  }

  /** What stands beside a list and says how its items are ordered, or which of them go. */
  #listDirective(made: Map<string, Written>, name: string, schema: Schema): void {
    if (!("items" in schema)) return;
    const random = this.#random;
    const { items } = schema;
    const word = random.pick(["$setElementOrder", "$deleteFromPrimitiveList"]);
    const keys = "fields" in items ? (items.needs ?? []) : [];
    made.set(
      `${word}/${name}`,
      random.some(3, () => {
        if ("words" in items) return random.pick(items.words);
        return new Map(keys.map((key) => [key, random.pick(["a", "b", "80"])]));
      }),
    );
  }

  #list(items: Schema, isPatch: boolean): readonly Written[] {
    const random = this.#random;
    const made = random.some(4, () => this.#value(items, isPatch));
    if (isPatch && random.once(10)) {
      made.splice(random.below(made.length + 1), 0, new Map([["$patch", random.pick(directives)]]));
    }
    return made;
  }
}

function shuffled(fields: ReadonlyMap<string, Written>, random: Random): ReadonlyMap<string, Written> {
  if (!random.once(3)) return fields;
  const entries = [...fields];
  const at = random.below(entries.length + 1);
  return new Map([...entries.slice(at), ...entries.slice(0, at)]);
}
