import { at, each, type Fields, text, texts } from "../../resources/fields.ts";
import type { FieldFault } from "../../status.ts";
import { duplicate, immutable, invalidValue, required, tooMany, unsupported } from "../../validate/faults.ts";
import { dns1035Label, dnsSubdomain } from "../../validate/names.ts";
import { validateApproval } from "./approval.ts";
import { validateConversion } from "./conversion.ts";
import { findField } from "./field-path.ts";
import { placed } from "./internal-form.ts";
import { validateSchema } from "./schema.ts";

/** Everything wrong with a CustomResourceDefinition. Source: apiextensions' validation. */
export function validateDefinition(definition: Fields, stored?: Fields): readonly FieldFault[] {
  const spec = at(definition, "spec");
  const names = at(spec, "names");
  const faults: FieldFault[] = [];
  if (stored === undefined) {
    const name = text(at(definition, "metadata"), "name");
    if (name !== `${text(names, "plural")}.${text(spec, "group")}`) {
      faults.push(invalidValue("metadata.name", name, 'must be spec.names.plural+"."+spec.group'));
    }
  }
  return [
    ...faults,
    ...validateSpec(spec, isEstablished(stored)),
    ...validateAcceptedNames(at(definition, "status", "acceptedNames")),
    ...validateStoredVersions(definition),
    ...validateApproval(definition, stored),
    ...validatePreserving(spec, at(stored, "spec")),
  ];
}

/** Tells whether a stored definition is served. */
export function isEstablished(stored: Fields | undefined): boolean {
  return each(at(stored, "status"), "conditions").some(
    (condition) => condition["type"] === "Established" && condition["status"] === "True",
  );
}

function validateSpec(spec: Fields, established: boolean): readonly FieldFault[] {
  const versions = each(spec, "versions");
  const faults = [...validateGroup(text(spec, "group")), ...validateScope(text(spec, "scope"))];
  if (versions.some((version) => at(version, "schema")["openAPIV3Schema"] === undefined)) {
    versions.forEach((version, index) => {
      if (at(version, "schema")["openAPIV3Schema"] !== undefined) return;
      faults.push(required(`spec.versions[${index}].schema.openAPIV3Schema`));
    });
  }
  faults.push(...validateVersions(versions));
  const hasStatus = (version: Fields | undefined) =>
    (version === undefined ? versions : [version]).some(
      (one) => at(one, "subresources")["status"] !== undefined,
    );
  for (const { path, value, version } of placed(spec, "schema")) {
    faults.push(...validateSchema(at({ value }, "value"), path, hasStatus(version)));
  }
  for (const { path, value } of placed(spec, "subresources")) {
    faults.push(...validateScale(at({ value }, "value", "scale"), `${path}.scale`));
  }
  for (const { path, value } of placed(spec, "additionalPrinterColumns")) {
    faults.push(
      ...each({ value }, "value").flatMap((column, index) => validateColumn(column, `${path}[${index}]`)),
    );
  }
  for (const { path, value, version } of placed(spec, "selectableFields")) {
    const schema = at(version ?? versions[0], "schema", "openAPIV3Schema");
    faults.push(...validateSelectable(each({ value }, "value"), schema, path));
  }
  return [
    ...faults,
    ...validateNames(at(spec, "names")),
    ...validateConversion(at(spec, "conversion"), established),
  ];
}

function validateGroup(group: string): readonly FieldFault[] {
  if (group === "") return [required("spec.group")];
  const faults = dnsSubdomain(group);
  if (faults.length > 0) return [invalidValue("spec.group", group, faults.join(","))];
  if (group.includes(".")) return [];
  return [invalidValue("spec.group", group, "should be a domain with at least one dot")];
}

function validateScope(scope: string): readonly FieldFault[] {
  const scopes = ["Cluster", "Namespaced"];
  if (scope === "") return [required("spec.scope")];
  return scopes.includes(scope) ? [] : [unsupported("spec.scope", scope, scopes)];
}

const maxWarning = 256;

function validateVersions(versions: readonly Fields[]): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  versions.forEach((version, index) => {
    const path = `spec.versions[${index}]`;
    const name = text(version, "name");
    const wrong = dns1035Label(name);
    if (wrong.length > 0) faults.push(invalidValue(`${path}.name`, name, wrong.join(",")));
    faults.push(...validateWarning(version, `${path}.deprecationWarning`));
  });
  const names = versions.map((version) => text(version, "name"));
  const [first] = names;
  // Upstream keeps the first version's name a second time, under the field that once was the only one.
  const wrong = first === undefined ? [] : dns1035Label(first);
  if (wrong.length > 0) faults.push(invalidValue("spec.version", first, wrong.join(",")));
  if (new Set(names).size < names.length) {
    faults.push(invalidValue("spec.versions", versions, "must contain unique version names"));
  }
  if (versions.filter((version) => version["storage"] === true).length !== 1) {
    faults.push(
      invalidValue("spec.versions", versions, "must have exactly one version marked as storage version"),
    );
  }
  return faults;
}

function validateWarning(version: Fields, path: string): readonly FieldFault[] {
  const warning = version["deprecationWarning"];
  if (typeof warning !== "string") return [];
  const said = (why: string) => invalidValue(path, warning, why);
  if (version["deprecated"] !== true) return [said("can only be set for deprecated versions")];
  if (warning === "") return [said("must not be an empty string")];
  const faults =
    Buffer.byteLength(warning) > maxWarning ? [said(`must be <= ${maxWarning} characters long`)] : [];
  const odd = [...warning].findIndex((letter) => /[^\P{C}]|[^\P{Z} ]/u.test(letter));
  if (odd === -1) return faults;
  const why = `must only contain printable UTF-8 characters; non-printable character found at index ${odd}`;
  return [...faults, said(why)];
}

/** In a spec some names must be there; those given must be names. */
function validateNames(names: Fields): readonly FieldFault[] {
  const missing = ["plural", "singular", "kind", "listKind"].filter((field) => text(names, field) === "");
  return [
    ...missing.map((field) => required(`spec.names.${field}`)),
    ...validateGivenNames(names, "spec.names"),
  ];
}

function validateAcceptedNames(names: Fields): readonly FieldFault[] {
  return validateGivenNames(names, "status.acceptedNames");
}

function validateGivenNames(names: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  for (const field of ["plural", "singular", "kind", "listKind"]) {
    const value = text(names, field);
    const isKind = field === "kind" || field === "listKind";
    const wrong = value === "" ? [] : dns1035Label(isKind ? value.toLowerCase() : value);
    const prefix = isKind ? "may have mixed case, but should otherwise match: " : "";
    if (wrong.length > 0) faults.push(invalidValue(`${path}.${field}`, value, prefix + wrong.join(",")));
  }
  for (const list of ["shortNames", "categories"]) {
    texts(names, list).forEach((value, index) => {
      const wrong = dns1035Label(value);
      if (wrong.length > 0) faults.push(invalidValue(`${path}.${list}[${index}]`, value, wrong.join(",")));
    });
  }
  const kind = text(names, "kind");
  if (kind !== "" && kind === text(names, "listKind")) {
    faults.push(invalidValue(`${path}.listKind`, kind, "kind and listKind may not be the same"));
  }
  return faults;
}

const scaleParts = [
  { field: "specReplicasPath", within: [".spec."], where: "under .spec", isRequired: true },
  { field: "statusReplicasPath", within: [".status."], where: "under .status", isRequired: true },
  {
    field: "labelSelectorPath",
    within: [".spec.", ".status."],
    where: "under either .spec or .status",
    isRequired: false,
  },
] as const;

function validateScale(scale: Fields, path: string): readonly FieldFault[] {
  if (Object.keys(scale).length === 0) return [];
  return scaleParts.flatMap(({ field, within, where, isRequired }) => {
    const value = text(scale, field);
    const place = `${path}.${field}`;
    if (value === "") return isRequired ? [required(place)] : [];
    if (!value.startsWith(".")) {
      return [invalidValue(place, value, "must be a simple json path starting with .")];
    }
    if (within.some((prefix) => value.startsWith(prefix))) return [];
    return [invalidValue(place, value, `should be a json path ${where}`)];
  });
}

const columnTypes = ["boolean", "date", "integer", "number", "string"];
const columnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

function validateColumn(column: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  if (text(column, "name") === "") faults.push(required(`${path}.name`));
  const type = text(column, "type");
  const types = `must be one of ${columnTypes.join(",")}`;
  if (type === "") faults.push(required(`${path}.type`, types));
  else if (!columnTypes.includes(type)) faults.push(invalidValue(`${path}.type`, type, types));
  const format = text(column, "format");
  if (format !== "" && !columnFormats.includes(format)) {
    faults.push(invalidValue(`${path}.format`, format, `must be one of ${columnFormats.join(",")}`));
  }
  const jsonPath = text(column, "jsonPath");
  if (jsonPath === "") faults.push(required(`${path}.JSONPath`));
  else if (!jsonPath.startsWith(".")) {
    faults.push(invalidValue(`${path}.JSONPath`, jsonPath, "must be a simple json path starting with ."));
  }
  return faults;
}

const maxSelectableFields = 8;

function validateSelectable(fields: readonly Fields[], schema: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const seen = new Set<string>();
  fields.forEach((field, index) => {
    const place = `${path}[${index}].jsonPath`;
    const jsonPath = text(field, "jsonPath");
    if (jsonPath === "") {
      faults.push(required(place));
      return;
    }
    const found = findField(jsonPath, schema, false);
    if ("problem" in found) {
      faults.push(invalidValue(place, jsonPath, `is an invalid path: ${found.problem}`));
      return;
    }
    if (found.names[0] === "metadata") {
      faults.push(invalidValue(place, jsonPath, "must not point to fields in metadata"));
    }
    if (!["string", "boolean", "integer"].includes(text(found.schema, "type"))) {
      faults.push(
        invalidValue(
          place,
          jsonPath,
          "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.",
        ),
      );
    }
    if (seen.has(found.path)) faults.push(duplicate(place, jsonPath));
    seen.add(found.path);
  });
  if (seen.size > maxSelectableFields) faults.push(tooMany(path, seen.size, maxSelectableFields));
  return faults;
}

function validateStoredVersions(definition: Fields): readonly FieldFault[] {
  const path = "status.storedVersions";
  const stored = texts(at(definition, "status"), "storedVersions");
  const versions = each(at(definition, "spec"), "versions");
  if (stored.length === 0) return [invalidValue(path, null, "must have at least one stored version")];
  const faults = versions
    .filter((version) => version["storage"] === true && !stored.includes(text(version, "name")))
    .map((version) => invalidValue(path, stored, `must have the storage version ${text(version, "name")}`));
  stored.forEach((name, index) => {
    if (versions.some((version) => text(version, "name") === name)) return;
    faults.push(
      invalidValue(
        `${path}[${index}]`,
        name,
        `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
      ),
    );
  });
  return faults;
}

function validatePreserving(spec: Fields, before: Fields): readonly FieldFault[] {
  if (spec["preserveUnknownFields"] !== true || before["preserveUnknownFields"] === true) return [];
  return [
    invalidValue(
      "spec.preserveUnknownFields",
      true,
      "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
    ),
  ];
}

/** What an update of a definition may not change, besides what is wrong with it anyway. */
export function validateDefinitionUpdate(definition: Fields, stored: Fields): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const spec = at(definition, "spec");
  const before = at(stored, "spec");
  const keep = (path: string, now: unknown, then: unknown) => {
    if (now !== then) faults.push(invalidValue(path, now, immutable));
  };
  if (isEstablished(stored)) {
    keep("spec.scope", spec["scope"], before["scope"]);
    keep("spec.names.kind", at(spec, "names")["kind"], at(before, "names")["kind"]);
  }
  keep("spec.group", spec["group"], before["group"]);
  keep("spec.names.plural", at(spec, "names")["plural"], at(before, "names")["plural"]);
  return faults;
}
