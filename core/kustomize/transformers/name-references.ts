import { CatalystError } from "@catalyst/base/errors";
import type { Pieces } from "@catalyst/base/pieces";
import type { NameReference } from "../configuration/transformer-config.ts";
import { effectiveNamespace, type Item, type ObjectId } from "../objects/item.ts";
import { describeId } from "../objects/item-set.ts";
import { type FieldSpec, type Gvk, isSelected, updateAt } from "../values/field-spec.ts";
import { pathError } from "../values/lookup.ts";
import { fieldOf, isMapping, isNull, isScalar, textOf, withField } from "../values/scalar.ts";
import { referencePathCheck } from "./reference-paths.ts";

/** An object that was renamed or moved, and what it was called. */
interface Candidate {
  readonly item: Item;
  readonly id: ObjectId;
  readonly formerIds: readonly ObjectId[];
}

/** Candidates of one kind of reference, by each name they had. */
type Candidates = ReadonlyMap<string, readonly Candidate[]>;

/**
 * Makes every reference to an object that was renamed or moved name what the object is called now, an object at a time. Throws
 * `kustomize-reference-ambiguous` when it may mean several, `kustomize-resource-invalid` for a role binding's subject
 * whose namespace is null, `kustomize-path-invalid` where what leads to a reference is of another kind. Source: Kustomize's nameref filter.
 */
export function* fixReferences(items: readonly Item[], references: readonly NameReference[]): Pieces<void> {
  items.forEach(refuseBlankSubjects);
  const checkPaths = referencePathCheck(references);
  for (const item of items) {
    checkPaths(item);
    yield;
  }
  const all = items.map((item) => ({ item, id: item.id, formerIds: item.formerIds }));
  const candidates = all.filter(({ formerIds }) => formerIds.length > 0);
  if (candidates.length === 0) return;
  const kinds: { readonly target: NameReference; readonly candidates: Candidates }[] = [];
  for (const target of references) {
    const known = byFormerName(candidates, target);
    if (known.size > 0) kinds.push({ target, candidates: known });
    yield;
  }
  const originals = items.map((item) => item.originalId);
  const byFirstNamespace = Map.groupBy(all, firstNamespace);
  for (const [index, item] of items.entries()) {
    const original = originals[index] as ObjectId;
    const referrer = new Referrer(item, byFirstNamespace);
    for (const { target, candidates: known } of kinds) {
      for (const spec of target.fieldSpecs ?? []) {
        if (isSelected(original, spec)) referrer.fix(spec, known);
      }
    }
    yield;
  }
}

function refuseBlankSubjects(item: Item): void {
  const subjects = item.kind === "RoleBinding" ? fieldOf(item.value, "subjects") : undefined;
  if (!Array.isArray(subjects)) return;
  const isBlank = (subject: unknown) =>
    textOf(fieldOf(subject, "kind")) === "ServiceAccount" &&
    fieldOf(subject, "namespace") !== undefined &&
    isNull(fieldOf(subject, "namespace"));
  if (!subjects.some(isBlank)) return;
  const message = `a subject's namespace is blank in ${describeId(item.id)}`;
  throw new CatalystError("kustomize-resource-invalid", message);
}

function byFormerName(all: readonly Candidate[], target: Gvk): Candidates {
  const names = new Map<string, Candidate[]>();
  for (const candidate of all) {
    if (!candidate.formerIds.some((id) => isSelected(id, target))) continue;
    for (const name of new Set(candidate.formerIds.map((id) => id.name))) {
      const known = names.get(name);
      if (known === undefined) names.set(name, [candidate]);
      else known.push(candidate);
    }
  }
  return names;
}

/** The namespace an object was in at first. */
function firstNamespace({ id, formerIds }: Candidate): string {
  return effectiveNamespace(formerIds[0] ?? id);
}

class Referrer {
  readonly #item: Item;
  /** All objects, by the namespaces they were in at first. */
  readonly #byFirstNamespace: ReadonlyMap<string, readonly Candidate[]>;
  #id: ObjectId | undefined;
  #subjectNamespaces: ReadonlySet<string> | undefined;

  constructor(item: Item, byFirstNamespace: ReadonlyMap<string, readonly Candidate[]>) {
    this.#item = item;
    this.#byFirstNamespace = byFirstNamespace;
  }

  fix(spec: FieldSpec, candidates: Candidates): void {
    const item = this.#item;
    if (item.value === undefined) return;
    const before = item.value;
    const isRole = spec.path?.endsWith("roleRef/name") === true;
    const roleKind = isRole ? this.#roleKind() : undefined;
    const find: Find = (name, namespace, isSame) => {
      const within = this.#inNamespace(namespace);
      const found = (candidates.get(name) ?? []).filter(
        (candidate) =>
          this.#maySee(candidate) &&
          within(candidate) &&
          (roleKind === undefined || candidate.formerIds.some((id) => isSelected(id, roleKind))) &&
          this.#isNear(candidate),
      );
      return this.#chosen(found, isSame);
    };
    item.value = updateAt(before, spec, { set: (value) => renewed(value, find) });
    if (item.value === before) return;
    this.#id = undefined;
    this.#subjectNamespaces = undefined;
  }

  /** Objects that were of a namespace at first are meant before those that are now. */
  #inNamespace(namespace: string | undefined): (candidate: Candidate) => boolean {
    if (namespace === undefined) return () => true;
    const wereThere = this.#byFirstNamespace.get(namespace) ?? [];
    if (wereThere.some((candidate) => this.#maySee(candidate)))
      return (candidate) => firstNamespace(candidate) === namespace;
    return ({ id }) => effectiveNamespace(id) === namespace;
  }

  get #ownId(): ObjectId {
    this.#id ??= this.#item.id;
    return this.#id;
  }

  #roleKind(): Gvk | undefined {
    const role = fieldOf(this.#item.value, "roleRef");
    const group = fieldOf(role, "apiGroup");
    const kind = fieldOf(role, "kind");
    return group === undefined || kind === undefined
      ? undefined
      : { group: textOf(group), kind: textOf(kind) };
  }

  /** Whether an object in a namespace may refer to another at all. */
  #maySee({ id }: Candidate): boolean {
    const own = this.#ownId;
    if (own.isClusterScoped || id.isClusterScoped) return true;
    if (effectiveNamespace(id) === effectiveNamespace(own)) return true;
    this.#subjectNamespaces ??= subjectNamespaces(this.#item);
    return this.#subjectNamespaces.has(id.namespace);
  }

  #isNear({ item, id }: Candidate): boolean {
    const own = this.#ownId;
    if (own.isClusterScoped || id.isClusterScoped || item.kind === "ServiceAccount") return true;
    return effectiveNamespace(id) === effectiveNamespace(own);
  }

  /** Of several, those of the same prefixes and suffixes as the referrer's are meant. */
  #chosen(found: readonly Candidate[], isSame: SameTest): Candidate | undefined {
    if (found.length <= 1) return found[0];
    const { prefixes, suffixes } = this.#item;
    let near = found.filter(({ item }) => mayEnd(item.prefixes, prefixes) && mayEnd(item.suffixes, suffixes));
    if (near.length > 1) {
      near = found.filter(
        ({ item }) => endsAlike(item.prefixes, prefixes) && endsAlike(item.suffixes, suffixes),
      );
    }
    const [first, ...others] = near;
    if (first === undefined || others.every((other) => isSame(first, other))) return first;
    throw new CatalystError(
      "kustomize-reference-ambiguous",
      `${describeId(this.#ownId)} may refer to any of ${near.map(({ id }) => describeId(id)).join(", ")}`,
    );
  }
}

/** The namespaces of the service accounts that a role binding names. */
function subjectNamespaces({ kind, value }: Item): ReadonlySet<string> {
  const subjects = kind === "RoleBinding" ? fieldOf(value, "subjects") : undefined;
  if (!Array.isArray(subjects)) return new Set();
  const accounts = subjects.filter((subject) => textOf(fieldOf(subject, "kind")) === "ServiceAccount");
  return new Set(accounts.flatMap((subject) => textOf(fieldOf(subject, "namespace")) || []));
}

type SameTest = (one: Candidate, other: Candidate) => boolean;

const isSameName: SameTest = (one, other) => one.item.name === other.item.name;
const isSameObject: SameTest = (one, other) =>
  isSameName(one, other) && one.item.namespace === other.item.namespace;

/** Finds what a name means; with a namespace, only there. */
type Find = (name: string, namespace: string | undefined, isSame: SameTest) => Candidate | undefined;

function renewed(value: unknown, find: Find): unknown {
  if (isNull(value)) return value;
  if (isScalar(value)) {
    const name = textOf(value);
    const found = find(name, undefined, isSameName);
    return found === undefined || found.item.name === name ? value : found.item.name;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => {
      if (Array.isArray(item)) throw pathError("a reference is a text or a mapping");
      return renewed(item, find);
    });
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  return isMapping(value) ? renewedMapping(value, find) : value;
}

/** A reference that has a namespace of its own, as a role binding's subjects do. */
function renewedMapping(value: Readonly<Record<string, unknown>>, find: Find): unknown {
  const name = fieldOf(value, "name");
  if (name === undefined) throw pathError("path config error; no 'name' field in node");
  const namespace = fieldOf(value, "namespace");
  const found = find(textOf(name), namespace === undefined ? undefined : textOf(namespace), isSameObject);
  if (found === undefined) return value;
  const { item } = found;
  if (item.name === textOf(name) && item.namespace === "") return value;
  const named = withField(value, "name", item.name);
  return item.namespace === "" ? named : withField(named, "namespace", item.namespace);
}

function mayEnd(one: readonly string[], other: readonly string[]): boolean {
  return one.length === 0 || other.length === 0 || endsAlike(one, other);
}

function endsAlike(one: readonly string[], other: readonly string[]): boolean {
  const [short, long] = one.length > other.length ? [other, one] : [one, other];
  if (short.length === 0) return long.length === 0;
  return short.every((text, index) => text === long[index + long.length - short.length]);
}
