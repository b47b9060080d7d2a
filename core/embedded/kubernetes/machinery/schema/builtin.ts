import type { ResourceKind } from "../kind.ts";
import { kubernetesData, type ResourceData, type TypeData } from "./data.ts";
import type { FieldSchema, TypeSchema } from "./type-schema.ts";
import { parseFieldText } from "./type-text.ts";

/** The release whose types are served: `/version` answers with it, for example `v1.36.3`. */
export function kubernetesVersion(): string {
  return kubernetesData().head.version;
}

let kinds: readonly ResourceKind[] | undefined;

/** Every builtin resource, in discovery's order. The same array each time. */
export function builtinKinds(): readonly ResourceKind[] {
  kinds ??= kubernetesData().groups.flatMap(({ groupVersion, resources }) =>
    resources.map((resource) => new BuiltinKind(groupVersion, resource)),
  );
  return kinds;
}

/** Resources with a successor, and what Kubernetes says of them. */
const deprecated: Readonly<Record<string, string>> = {
  "v1/ComponentStatus": "v1 ComponentStatus is deprecated in v1.19+",
  "v1/Endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
};

/** A resource of the data file; its type is looked up when first asked for. */
class BuiltinKind implements ResourceKind {
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: ResourceKind["subresources"];
  readonly storageVersionHash: string;
  readonly deprecationWarning?: string;
  #schema: TypeSchema | undefined;

  constructor(groupVersion: string, data: ResourceData) {
    const slash = groupVersion.indexOf("/");
    this.group = slash < 0 ? "" : groupVersion.slice(0, slash);
    this.version = groupVersion.slice(slash + 1);
    this.apiVersion = groupVersion;
    this.kind = data.kind;
    this.listKind = `${data.kind}List`;
    this.plural = data.plural;
    this.singular = data.singular;
    this.shortNames = data.shortNames ?? [];
    this.categories = data.categories ?? [];
    this.namespaced = data.namespaced ?? false;
    this.verbs = data.verbs;
    this.subresources = data.subresources;
    this.storageVersionHash = data.hash ?? "";
    const warning = deprecated[`${groupVersion}/${data.kind}`];
    if (warning !== undefined) this.deprecationWarning = warning;
  }

  get schema(): TypeSchema {
    this.#schema ??= typeOfKind(`${this.group}/${this.version}/${this.kind}`);
    return this.#schema;
  }
}

let typeNames: Map<string, string> | undefined;

/** A type by `group/version/kind`; throws when the data file has none. */
export function typeOfKind(key: string): TypeSchema {
  return definition(namesOfKinds().get(key) ?? key);
}

/** The type of a built-in kind, by the apiVersion and kind of an object; undefined for all others. */
export function findTypeOfKind(apiVersion: string, kind: string): TypeSchema | undefined {
  const name = namesOfKinds().get(`${apiVersion.includes("/") ? "" : "/"}${apiVersion}/${kind}`);
  return name === undefined ? undefined : definition(name);
}

function namesOfKinds(): ReadonlyMap<string, string> {
  typeNames ??= new Map(
    Object.entries(kubernetesData().types).flatMap(([name, type]) =>
      type.kind === undefined ? [] : [[type.kind, name]],
    ),
  );
  return typeNames;
}

/** A type by its OpenAPI name (`io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions`); throws when unknown. */
export function builtinType(name: string): TypeSchema {
  return definition(name.replace(/^io\.k8s\./, ""));
}

const definitions = new Map<string, TypeSchema>();

function definition(name: string): TypeSchema {
  const known = definitions.get(name);
  if (known !== undefined) return known;
  const data = kubernetesData().types[name];
  if (data === undefined) throw new TypeError(`no type ${name} in the data file`);
  const made = makeType(name, data);
  definitions.set(name, made);
  return made;
}

/** Objects whose content is anyone's. */
const openTypes = new Set([
  "apimachinery.pkg.runtime.RawExtension",
  "apimachinery.pkg.apis.meta.v1.FieldsV1",
  "apimachinery.pkg.apis.meta.v1.Patch",
]);

function makeType(name: string, data: TypeData): TypeSchema {
  if (openTypes.has(name)) return { type: "any", preserveUnknown: true, atomic: true, name };
  if (data.is !== undefined) {
    const type = parseFieldText(data.is, definition).type;
    const inner = /^(.*\.JSONSchemaProps)Or\w+$/.exec(name)?.[1];
    if (inner !== undefined) return { ...type, inner: definition(inner) };
    return name.endsWith("MicroTime") ? { ...type, format: "micro-time" } : type;
  }
  return new BuiltinObject(name, data);
}

/** An object type whose fields are read when first looked at; so types may refer to themselves. */
class BuiltinObject implements TypeSchema {
  readonly type = "object";
  readonly name: string;
  readonly atomic: boolean;
  readonly #data: TypeData;
  #fields: ReadonlyMap<string, FieldSchema> | undefined;

  constructor(name: string, data: TypeData) {
    this.name = name;
    this.atomic = data.atomic ?? false;
    this.#data = data;
  }

  get fields(): ReadonlyMap<string, FieldSchema> {
    this.#fields ??= new Map(
      Object.entries(this.#data.fields ?? {}).map(([name, field]) => [name, this.#field(name, field)]),
    );
    return this.#fields;
  }

  #field(name: string, data: NonNullable<TypeData["fields"]>[string]): FieldSchema {
    const attributes = typeof data === "string" ? { is: data } : data;
    const { type, zero, zeroDefault } = parseFieldText(attributes.is, definition);
    return {
      type,
      zero,
      zeroDefault,
      required: this.#data.required?.includes(name) ?? false,
      ...(attributes.default === undefined ? {} : { default: attributes.default }),
      ...(attributes.strategy === undefined ? {} : { patchStrategy: attributes.strategy }),
      ...(attributes.mergeKey === undefined ? {} : { patchMergeKey: attributes.mergeKey }),
    };
  }
}
