import { digestOf } from "@catalyst/base/digest";
import type { ColumnDefinition, CustomKind, ResourceKind, Subresource } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { at, each, type Fields, number, text, texts } from "../resources/fields.ts";
import { compileCustomType } from "./compile.ts";

const verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

const compiled = new WeakMap<object, readonly ResourceKind[]>();

/**
 * The resources a valid CustomResourceDefinition serves, by its `spec.names` and in order of preference: one per
 * served version, storage version or not. The same array for the same definition object.
 */
export function customKinds(definition: KubeObject): readonly ResourceKind[] {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const spec = at(definition, "spec");
  const served = each(spec, "versions")
    .filter((version) => version["served"] === true)
    .sort((a, b) => compareVersions(text(a, "name"), text(b, "name")));
  const versions = served.map((version) => text(version, "name"));
  const kinds = served.map((version) => customKind(spec, version, versions));
  compiled.set(definition, kinds);
  return kinds;
}

function customKind(spec: Fields, version: Fields, versions: readonly string[]): ResourceKind {
  const names = at(spec, "names");
  const group = text(spec, "group");
  const versionName = text(version, "name");
  const kind = text(names, "kind");
  const preserve = spec["preserveUnknownFields"] === true;
  const schema = at(version, "schema")["openAPIV3Schema"];
  const storage = each(spec, "versions").find((one) => one["storage"] === true);
  return {
    group,
    version: versionName,
    apiVersion: `${group}/${versionName}`,
    kind,
    listKind: text(names, "listKind") || `${kind}List`,
    plural: text(names, "plural"),
    singular: text(names, "singular") || kind.toLowerCase(),
    shortNames: texts(names, "shortNames"),
    categories: texts(names, "categories"),
    namespaced: spec["scope"] === "Namespaced",
    verbs,
    subresources: subresources(kind, version),
    storageVersionHash: versionHash(group, text(storage ?? {}, "name"), kind),
    schema: compileCustomType(schema, preserve),
    custom: {
      columns: columns(version),
      ...scalePaths(version),
      hasStatus: at(version, "subresources")["status"] !== undefined,
      versions,
      selectableFields: each(version, "selectableFields").map((field) =>
        text(field, "jsonPath").replace(/^\./, ""),
      ),
      ...(version["deprecated"] === true
        ? {
            deprecationWarning:
              text(version, "deprecationWarning") || `${group}/${versionName} ${kind} is deprecated`,
          }
        : {}),
      preserveUnknownFields: preserve,
      openApiSchema: (schema ?? {}) as Fields,
    },
  };
}

function subresources(kind: string, version: Fields): readonly Subresource[] {
  const stated = at(version, "subresources");
  const scale = { name: "scale", kind: "Scale", group: "autoscaling", version: "v1" };
  const subresourceVerbs = ["get", "patch", "update"];
  return [
    ...(stated["status"] === undefined ? [] : [{ name: "status", kind, verbs: subresourceVerbs }]),
    ...(stated["scale"] === undefined ? [] : [{ ...scale, verbs: subresourceVerbs }]),
  ];
}

function scalePaths(version: Fields): Pick<CustomKind, "scale"> {
  const scale = at(version, "subresources", "scale");
  if (text(scale, "specReplicasPath") === "") return {};
  const labelSelector = text(scale, "labelSelectorPath");
  return {
    scale: {
      spec: text(scale, "specReplicasPath"),
      status: text(scale, "statusReplicasPath"),
      ...(labelSelector === "" ? {} : { labelSelector }),
    },
  };
}

const ageColumn = {
  name: "Age",
  type: "date",
  format: "",
  description: "",
  priority: 0,
  jsonPath: ".metadata.creationTimestamp",
};

function columns(version: Fields): readonly (ColumnDefinition & { readonly jsonPath: string })[] {
  const stated = each(version, "additionalPrinterColumns");
  if (stated.length === 0) return [ageColumn];
  return stated.map((column) => ({
    name: text(column, "name"),
    type: text(column, "type"),
    format: text(column, "format"),
    description:
      text(column, "description") ||
      `Custom resource definition column (in JSONPath format): ${text(column, "jsonPath")}`,
    priority: number(column, "priority") ?? 0,
    jsonPath: text(column, "jsonPath"),
  }));
}

/** Like upstream's: the first eight bytes of the digest, in base64. */
function versionHash(group: string, version: string, kind: string): string {
  const hex = digestOf(`${group}/${version}/${kind}`).slice("sha256:".length, "sha256:".length + 16);
  return Buffer.from(hex, "hex").toString("base64");
}

const versionPattern = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

/** Orders versions by preference: v2, v1, v1beta2, v1beta1, v1alpha1, then others by name. */
export function compareVersions(a: string, b: string): number {
  const left = versionPattern.exec(a);
  const right = versionPattern.exec(b);
  if (left === null || right === null) {
    if (left !== null) return -1;
    if (right !== null) return 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return (
    stability(right[2]) - stability(left[2]) ||
    Number(right[1]) - Number(left[1]) ||
    Number(right[3] ?? 0) - Number(left[3] ?? 0)
  );
}

function stability(word: string | undefined): number {
  return word === undefined ? 2 : word === "beta" ? 1 : 0;
}
