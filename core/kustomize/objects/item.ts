import { CatalystError } from "@catalyst/base/errors";
import type { Gvk } from "../values/field-spec.ts";
import {
  type Fields,
  fieldOf,
  isMapping,
  isMisread,
  isNull,
  isQuoted,
  isText,
  textOf,
  withField,
  withoutField,
} from "../values/scalar.ts";
import { writtenText, writtenTexts } from "../values/style.ts";
import { groupVersionOf } from "./resource.ts";

/** What an object is or was called. */
export interface ObjectId {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** As it is written, or, of a former name, the effective one. */
  readonly namespace: string;
  readonly isClusterScoped: boolean;
}

/** Stands for the namespace of what lives outside namespaces. */
const noNamespace = "_non_namespaceable_";

/** The namespace an id counts to: one that isn't given is `default`. */
export function effectiveNamespace(id: Pick<ObjectId, "namespace" | "isClusterScoped">): string {
  return id.isClusterScoped ? noNamespace : id.namespace || "default";
}

/** A key that is equal for ids that mean the same object. */
export function idKey(id: ObjectId): string {
  return keyIn(effectiveNamespace(id), id);
}

function keyIn(namespace: string, { group, version, kind, name }: ObjectId): string {
  return `${group}/${version}/${kind}/${namespace}/${name}`;
}

/** The keys an id may have: a kustomization's schema may say later than it is asked for that a kind has no namespaces. */
export function possibleKeys(id: ObjectId): readonly string[] {
  return [keyIn(id.namespace || "default", id), keyIn(noNamespace, id)];
}

/** Most names an object may have had: components that are listed again and again rename it each time. */
const renameLimit = 1_000;

/** Longest name, in characters, that may be changed: it grows each time, and all of them are kept. */
const nameLimit = 10_000;

/** What generators do with an object that is there already. */
export type Behavior = "create" | "merge" | "replace" | "unspecified";

/** Where an object comes from, or what changed it. Source: Kustomize's `buildMetadata`. */
export interface Origin {
  readonly path?: string;
  readonly configuredIn?: string;
  readonly configuredBy?: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name?: string;
    readonly namespace?: string;
  };
}

/** The annotation by which Kustomize knows, during a build, what a chart gave. */
export const helmMark = "internal.config.kubernetes.io/helm-generated";

interface FormerId {
  readonly name: string;
  readonly namespace: string;
  readonly kind: string;
}

type ClusterScope = (apiVersion: string, kind: string) => boolean;

/**
 * An object on its way through a build, with what it was called on it. The value is never changed in place: an
 * object that no step changes is the one that was read. Source of the bookkeeping: Kustomize's build annotations.
 */
export class Item {
  #value: Fields | undefined;
  #former: readonly FormerId[] = [];
  prefixes: readonly string[] = [];
  suffixes: readonly string[] = [];
  /** Gets a hash of its content behind its name. */
  isHashed = false;
  behavior: Behavior = "unspecified";
  /** Variables that take their values from it. */
  variables: readonly string[] = [];
  #origin: Origin | undefined;
  transformations: readonly Origin[] = [];
  /** Whether the build noted something of it. */
  isNoted = false;
  /** Is told when what the item is or was called may have changed, or it is deleted. */
  watch: ((item: Item) => void) | undefined;
  readonly #isClusterScoped: ClusterScope;

  constructor(value: Fields, isClusterScoped: ClusterScope) {
    this.#value = value;
    this.#isClusterScoped = isClusterScoped;
  }

  /** Undefined when a patch deleted the object. */
  get value(): Fields | undefined {
    return this.#value;
  }

  set value(value: Fields | undefined) {
    this.#value = value;
    this.watch?.(this);
  }

  /** What it was called, the first first, each once. */
  get former(): readonly FormerId[] {
    return this.#former;
  }

  set former(former: readonly FormerId[]) {
    this.#former = former;
    this.watch?.(this);
  }

  get origin(): Origin | undefined {
    return this.#origin;
  }

  set origin(origin: Origin | undefined) {
    this.#origin = origin;
    if (origin !== undefined) this.note();
  }

  /** The object's kind. */
  get gvk(): Required<Gvk> & { readonly group: string; readonly version: string; readonly kind: string } {
    return { ...groupVersionOf(this.apiVersion), kind: this.kind };
  }

  get apiVersion(): string {
    return textOf(this.value?.["apiVersion"]);
  }

  get kind(): string {
    return textOf(this.value?.["kind"]);
  }

  get name(): string {
    return textOf(fieldOf(this.value?.["metadata"], "name"));
  }

  /** As it is written; empty when it isn't. */
  get namespace(): string {
    const namespace = fieldOf(this.value?.["metadata"], "namespace");
    return isNull(namespace) ? "" : textOf(namespace);
  }

  get id(): ObjectId {
    const { apiVersion, kind, name, namespace } = this;
    const isClusterScoped = this.#isClusterScoped(apiVersion, kind);
    return { ...groupVersionOf(apiVersion), kind, name, namespace, isClusterScoped };
  }

  /** What it was called, the first first. */
  get formerIds(): readonly ObjectId[] {
    const { group, version } = groupVersionOf(this.apiVersion);
    return this.former.map((id) => ({ group, version, isClusterScoped: false, ...id }));
  }

  /** What it was called first. */
  get originalId(): ObjectId {
    return this.formerIds[0] ?? this.id;
  }

  /** Everything it is or was called. */
  get ids(): readonly ObjectId[] {
    return [...this.formerIds, this.id];
  }

  /** Remembers what the object is called, before that may change. Throws `kustomize-too-large`. */
  rememberId(): void {
    const { id } = this;
    if (this.former.length >= renameLimit || id.name.length > nameLimit) {
      const message = `an object is renamed more than ${renameLimit} times, or from more than ${nameLimit} characters`;
      throw new CatalystError("kustomize-too-large", `${message}: ${id.kind} '${id.name.slice(0, 40)}'`);
    }
    const now = { name: id.name, namespace: effectiveNamespace(id), kind: id.kind };
    const isNow = ({ name, namespace, kind }: FormerId) =>
      name === now.name && namespace === now.namespace && kind === now.kind;
    if (!this.former.some(isNow)) this.former = [...this.former, now];
    this.note();
  }

  /**
   * Says that the build noted something of it. Kustomize does so in annotations: what changes them finds the mapping,
   * even where nobody wrote one. An empty one isn't printed.
   */
  note(): void {
    this.isNoted = true;
    const { value } = this;
    if (value === undefined) return;
    const metadata = isMapping(value["metadata"]) ? value["metadata"] : {};
    if (isMapping(metadata["annotations"])) return;
    this.value = withField(value, "metadata", withField(metadata, "annotations", {}));
  }

  /** Labels or annotations by their texts. */
  texts(field: "labels" | "annotations"): Readonly<Record<string, string>> {
    const found = fieldOf(this.value?.["metadata"], field);
    if (!isMapping(found)) return {};
    return Object.fromEntries(Object.entries(found).map(([name, text]) => [name, textOf(text)]));
  }

  /** Sets labels or annotations; none take the field away. */
  setTexts(field: "labels" | "annotations", texts: Readonly<Record<string, string>>): void {
    const { value } = this;
    if (value === undefined) return;
    const metadata = isMapping(value["metadata"]) ? value["metadata"] : {};
    const before = fieldOf(metadata, field);
    if (isMapping(before) && sameTexts(before, texts)) return;
    const next =
      Object.keys(texts).length === 0
        ? withoutField(metadata, field)
        : withField(metadata, field, writtenTexts(texts));
    this.value = withField(value, "metadata", next);
  }

  /** Sets a field of the metadata; the empty text takes it away. */
  setMetadata(field: "name" | "namespace", text: string): void {
    const { value } = this;
    if (value === undefined) return;
    const metadata = isMapping(value["metadata"]) ? value["metadata"] : {};
    const next = text === "" ? withoutField(metadata, field) : withField(metadata, field, text);
    if (next !== metadata) this.value = withField(value, "metadata", next);
  }
}

function sameTexts(before: Fields, texts: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(before);
  return (
    names.length > 0 &&
    names.length === Object.keys(texts).length &&
    names.every(
      (name) =>
        Object.hasOwn(texts, name) &&
        isText(before[name]) &&
        texts[name] === textOf(before[name]) &&
        isQuoted(before[name]) === isQuoted(writtenText(texts[name])) &&
        !isMisread(name),
    )
  );
}
