import { quote } from "@catalyst/base/go-quote";
import { isObject } from "@catalyst/base/json";

/** The version of JSON Schema a document is written in. */
export type Draft = 4 | 6 | 7 | 2019 | 2020;

/** A schema or part of one, with the schemas inside it by their place. */
export interface SchemaNode {
  readonly value: unknown;
  /** Where it is in its document, as a JSON pointer. */
  readonly pointer: string;
  /** What relative references in it start from. */
  readonly base: string;
  readonly children: Map<string, SchemaNode>;
  /** Whether it combines schemas (`allOf`, `if` and their like): most don't. */
  readonly combines: boolean;
}

const combining = ["not", "allOf", "anyOf", "oneOf", "if"];

/** A schema that can't be used; the message is the one Helm's library gives. */
export class SchemaInvalid extends Error {
  override readonly name = "SchemaInvalid";
}

export const documentUrl = "file:///values.schema.json";

/** One schema file. References lead nowhere outside of it: nothing is fetched. */
export class SchemaDocument {
  readonly draft: Draft;
  readonly root: SchemaNode;
  /** Whether `format` is more than a remark: drafts before 2019 and the schemas of schemas mean it. */
  readonly assertsFormat: boolean;
  #resources: Map<string, SchemaNode> | undefined;
  /** Where references lead, by what they start from: they are asked for again with every value. */
  readonly #resolved = new Map<string, Map<string, SchemaNode>>();

  constructor(value: unknown, isMetaschema = false) {
    this.draft = draftOf(value);
    this.assertsFormat = isMetaschema || this.draft < 2019;
    this.root = this.#node(value, "", documentUrl);
  }

  /** The schema at a place below another; undefined where there is none. */
  child(node: SchemaNode, ...tokens: readonly string[]): SchemaNode | undefined {
    let found: SchemaNode | undefined = node;
    for (const token of tokens) {
      found = this.#step(found, token);
      if (found === undefined) return undefined;
    }
    return found;
  }

  /** The schema a `$ref` leads to. Throws SchemaInvalid. */
  resolve({ base }: SchemaNode, reference: string): SchemaNode {
    const known = this.#resolved.get(base)?.get(reference);
    if (known !== undefined) return known;
    const found = this.#resolve(base, reference);
    const ofBase = this.#resolved.get(base) ?? new Map<string, SchemaNode>();
    this.#resolved.set(base, ofBase.set(reference, found));
    return found;
  }

  /** The schema with an anchor in the file or part of one that a schema belongs to; the empty one is its root. */
  anchored({ base }: SchemaNode, anchor: string): SchemaNode | undefined {
    const resource = base === documentUrl ? this.root : this.#resource(base);
    return anchor === "" || resource === undefined ? resource : this.#resource(`${base}#${anchor}`);
  }

  #resolve(base: string, reference: string): SchemaNode {
    const url = URL.parse(reference, base);
    if (url === null) throw new SchemaInvalid(`${quote(reference)} is not valid URL`);
    const fragment = unescaped(url.hash.slice(1));
    if (fragment === undefined) throw new SchemaInvalid(`${quote(reference)} is not valid URL`);
    url.hash = "";
    const resource = url.href === documentUrl ? this.root : this.#resource(url.href);
    if (resource === undefined) {
      throw new SchemaInvalid(
        `failing loading ${quote(url.href)}: schemas of other files and hosts aren't read here`,
      );
    }
    const found = fragment.startsWith("/")
      ? this.child(resource, ...fragment.slice(1).split("/").map(unescapeToken))
      : fragment === ""
        ? resource
        : this.#resource(`${url.href}#${fragment}`);
    if (found !== undefined) return found;
    const place = quote(`${url.href}#${fragment}`);
    if (fragment.startsWith("/")) throw new SchemaInvalid(`json-pointer in ${place} not found`);
    throw new SchemaInvalid(`anchor in ${place} not found in schema ${quote(url.href)}`);
  }

  #step(node: SchemaNode, token: string): SchemaNode | undefined {
    const known = node.children.get(token);
    if (known !== undefined) return known;
    const { value } = node;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, token)) return undefined;
    const found = this.#node(
      (value as Record<string, unknown>)[token],
      `${node.pointer}/${escapeToken(token)}`,
      node.base,
    );
    node.children.set(token, found);
    return found;
  }

  #node(value: unknown, pointer: string, base: string): SchemaNode {
    const combines = isObject(value) && combining.some((keyword) => Object.hasOwn(value, keyword));
    return { value, pointer, base: this.#baseOf(value, base), children: new Map(), combines };
  }

  #baseOf(value: unknown, base: string): string {
    if (!isObject(value) || (this.draft < 2019 && "$ref" in value)) return base;
    const id = value[this.draft === 4 ? "id" : "$id"];
    if (typeof id !== "string" || id.startsWith("#")) return base;
    const url = URL.parse(id, base);
    if (url === null) return base;
    url.hash = "";
    return url.href;
  }

  /** Finds what names itself by `$id` or an anchor. */
  #resource(url: string): SchemaNode | undefined {
    if (this.#resources === undefined) {
      this.#resources = new Map();
      this.#index(this.root, "", this.#resources);
    }
    return this.#resources.get(url);
  }

  #index(node: SchemaNode, outer: string, into: Map<string, SchemaNode>): void {
    const { value } = node;
    if (typeof value !== "object" || value === null) return;
    if (node.base !== outer) into.set(node.base, node);
    if (isObject(value)) {
      const own = this.draft < 2019 ? value[this.draft === 4 ? "id" : "$id"] : undefined;
      const names = [
        value["$anchor"],
        value["$dynamicAnchor"],
        typeof own === "string" && own.includes("#") ? own.slice(own.indexOf("#") + 1) : undefined,
      ];
      for (const name of names) if (typeof name === "string") into.set(`${node.base}#${name}`, node);
    }
    for (const token of Object.keys(value)) {
      const child = this.#step(node, token);
      if (child !== undefined) this.#index(child, node.base, into);
    }
  }
}

/** What a document's `$schema` names; the newest where it names none. Throws SchemaInvalid. */
function draftOf(value: unknown): Draft {
  const named = isObject(value) ? value["$schema"] : undefined;
  if (typeof named !== "string") return 2020;
  const path = /^https?:\/\/json-schema\.org\/(.*?)#?$/.exec(named)?.[1];
  const draft = drafts.get(path ?? "");
  if (draft !== undefined) return draft;
  throw new SchemaInvalid(
    `failing loading ${quote(named)}: schemas of other files and hosts aren't read here`,
  );
}

const drafts: ReadonlyMap<string, Draft> = new Map([
  ["schema", 2020],
  ["draft/2020-12/schema", 2020],
  ["draft/2019-09/schema", 2019],
  ["draft-07/schema", 7],
  ["draft-06/schema", 6],
  ["draft-04/schema", 4],
]);

/** Escapes one part of a JSON pointer. */
export function escapeToken(token: string): string {
  return token.includes("~") || token.includes("/")
    ? token.replaceAll("~", "~0").replaceAll("/", "~1")
    : token;
}

/** The text of a fragment; undefined where its escapes are none. */
function unescaped(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
