import { groupVersionOf } from "../objects/resource.ts";
import { pathError } from "./lookup.ts";
import { isElement, splitPath } from "./paths.ts";
import { type Fields, fieldOf, isMapping, isNull, textOf, withUnquotedField } from "./scalar.ts";
import { writtenLike, writtenText } from "./style.ts";

/** A kind, as far as it is given; what isn't stands for all. */
export interface Gvk {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly kind?: string | undefined;
}

/** Where a field stands in objects of a kind: `spec/template/spec/containers[]/image`. Empty parts match all. */
export interface FieldSpec extends Gvk {
  readonly path?: string | undefined;
  /** Makes the field, and what it stands in, when it's missing. */
  readonly create?: boolean | undefined;
}

/** Tells whether a kind is one of those a selector means. */
export function isSelected(gvk: Gvk, selector: Gvk): boolean {
  const same = (wanted: string | undefined, actual: string | undefined) => !wanted || wanted === actual;
  return (
    same(selector.group, gvk.group) && same(selector.version, gvk.version) && same(selector.kind, gvk.kind)
  );
}

/** How the field at the end of a spec's path is changed. */
export interface FieldChange {
  /** What a missing field begins as, where the spec says that it is made; absent: it never is. */
  readonly creates?: "mapping" | "scalar" | undefined;
  readonly set: (value: unknown) => unknown;
}

/** Changes the fields that specs lead to in an object of their kind. Throws `kustomize-path-invalid`. */
export function updateFields(object: Fields, specs: readonly FieldSpec[], change: FieldChange): Fields {
  return specs.reduce((current, spec) => updateField(current, spec, change), object);
}

/** Changes the field that a spec leads to in an object of its kind. Throws `kustomize-path-invalid`. */
export function updateField(object: Fields, spec: FieldSpec, change: FieldChange): Fields {
  const gvk = { ...groupVersionOf(textOf(object["apiVersion"])), kind: textOf(object["kind"]) };
  return isSelected(gvk, spec) ? updateAt(object, spec, change) : object;
}

/** Changes the field that a spec's path leads to, whatever the object's kind. Throws `kustomize-path-invalid`. */
export function updateAt(object: Fields, { path = "", create }: FieldSpec, change: FieldChange): Fields {
  const creates = create === true ? change.creates : undefined;
  try {
    return new Update(segmentsOf(path), { creates, set: change.set }).at(object, 0) as Fields;
  } catch (error) {
    throw pathError(`considering field '${path}': ${error instanceof Error ? error.message : String(error)}`);
  }
}

const knownPaths = new Map<string, readonly string[]>();

/** Paths are few: each is split once. */
function segmentsOf(path: string): readonly string[] {
  const known = knownPaths.get(path) ?? splitPath(path);
  if (knownPaths.size < 1000) knownPaths.set(path, known);
  return known;
}

class Update {
  readonly #path: readonly string[];
  readonly #change: FieldChange;

  constructor(path: readonly string[], change: FieldChange) {
    this.#path = path;
    this.#change = change;
  }

  at(value: unknown, depth: number): unknown {
    if (depth === this.#path.length) return this.#change.set(value);
    if (isNull(value)) return value;
    if (Array.isArray(value)) return this.#items(value, depth);
    if (!isMapping(value)) throw pathError("expected sequence or mapping node");
    return this.#field(value, depth);
  }

  /** A list met on the way stands for each of its items. */
  #items(items: readonly unknown[], depth: number): readonly unknown[] {
    const result = items.map((item) => this.at(item, depth));
    return result.every((item, index) => item === items[index]) ? items : result;
  }

  #field(fields: Fields, depth: number): Fields {
    const segment = this.#path[depth] ?? "";
    const isList = segment.endsWith("[]");
    const name = isList ? segment.slice(0, -2) : segment;
    if (name === "") throw pathError("cannot set or create an empty field name");
    if (/^(?:[+-]?\d+|-)$/.test(name) || isElement(name)) {
      throw pathError("wrong node kind: expected SequenceNode but got MappingNode");
    }
    const { creates } = this.#change;
    const before = fieldOf(fields, name);
    const makes = creates !== undefined && !isList;
    if (before === undefined && !makes) return fields;
    const isLast = depth === this.#path.length - 1;
    return withUnquotedField(
      fields,
      name,
      this.at(started(before, isList, makes ? creates : undefined, isLast), depth + 1),
    );
  }
}

/** What stands at a field before it is changed: null becomes what the path wants there. */
function started(
  value: unknown,
  isList: boolean,
  creates: "mapping" | "scalar" | undefined,
  isLast: boolean,
): unknown {
  if (!isNull(value)) return value;
  if (isList) return [];
  if (creates === undefined) return value;
  if (isLast && creates === "scalar") return value ?? "";
  return {};
}

/** Makes a change that sets an entry of a mapping. */
export function entrySetter(name: string, text: string): (value: unknown) => unknown {
  return (value) => {
    if (isNull(value)) return value;
    if (!isMapping(value)) throw pathError("wrong node kind: expected MappingNode");
    return withUnquotedField(value, name, entry(fieldOf(value, name), text));
  };
}

function entry(before: unknown, text: string): unknown {
  const value = writtenText(text);
  return before === undefined ? value : writtenLike(before, value);
}

/** Makes a change that sets a scalar by its text before. */
export function scalarSetter(next: (text: string) => unknown): (value: unknown) => unknown {
  return (value) => {
    if (Array.isArray(value) || isMapping(value)) throw pathError("wrong node kind: expected ScalarNode");
    return next(textOf(value));
  };
}
