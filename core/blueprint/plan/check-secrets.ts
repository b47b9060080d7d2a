import { isObject } from "@catalyst/base/json";
import { isSecretOf, secretPath, secretsPrefix } from "@catalyst/model/naming";
import type { Problem } from "@catalyst/model/problem";
import { configFields, passwordFields } from "../expansion/config-fields.ts";
import { plaintextFields } from "../expansion/plaintext.ts";
import { secretsDocumentPath } from "./secrets-document.ts";
import type { ApplicationDocument } from "./tree.ts";

/** Says what to do about a value that isn't given, or given in the wrong place. */
export function givingHint(environment: string, application: string, field: string): string {
  return `Give it by PUT /v1/environments/${environment}/applications/${application}/secrets/${field}; the answer says what to write into Git (docs/users/secrets.md).`;
}

/**
 * Says what is wrong with an Application's secrets: a value in Git, a field that isn't a password, a reference that
 * is missing, left over or leads out of the Environment.
 */
export function secretsProblems(
  document: ApplicationDocument,
  configSchema: unknown,
  environment: string,
): Problem[] {
  const passwords = passwordFields(configSchema);
  return [
    ...plaintextProblems(document, configSchema, environment),
    ...missingProblems(document, configSchema, environment),
    ...fieldProblems(document, passwords, environment),
    ...referenceProblems(document, environment),
  ];
}

/** A secret value in Git could never be taken back: neither history nor clones forget. */
function plaintextProblems(
  document: ApplicationDocument,
  configSchema: unknown,
  environment: string,
): Problem[] {
  return plaintextFields(configSchema, document.spec.config).map((field) => {
    const path = ["spec", "config", ...field.split(".")];
    const way =
      configSchema === undefined
        ? `${document.spec.blueprint.name} has no password field for it; many charts take the name of a Secret that exists.`
        : givingHint(environment, document.name, field);
    const message = `${path.join(".")} is secret and can't be in Git`;
    return problem(document, path, "config-secret-plaintext", message, `Leave it out. ${way}`);
  });
}

function missingProblems(
  document: ApplicationDocument,
  configSchema: unknown,
  environment: string,
): Problem[] {
  return requiredPasswords(configSchema)
    .filter((field) => document.spec.secrets?.[field] === undefined)
    .map((field) => {
      const message = `${document.spec.blueprint.name} needs a value for ${field}`;
      const hint = givingHint(environment, document.name, field);
      return problem(document, ["spec", "secrets", field], "secret-missing", message, hint);
    });
}

/** Password fields that every object above them requires. */
function requiredPasswords(configSchema: unknown): string[] {
  return configFields(configSchema)
    .filter(
      ({ schema, path }) => schema["x-catalyst-ui-hint"] === "password" && isRequired(configSchema, path),
    )
    .map(({ path }) => path.join("."));
}

function isRequired(schema: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (!isObject(schema) || !Array.isArray(schema["required"]) || !schema["required"].includes(name))
    return false;
  return isRequired(isObject(schema["properties"]) ? schema["properties"][name] : undefined, rest);
}

function fieldProblems(
  document: ApplicationDocument,
  passwords: readonly string[],
  environment: string,
): Problem[] {
  const { name, spec, secrets } = document;
  return Object.entries(spec.secrets ?? {}).flatMap(([field, version]) => {
    const path = ["spec", "secrets", field];
    if (!passwords.includes(field)) {
      const known = passwords.length === 0 ? "It has none." : `It has ${passwords.join(", ")}.`;
      const message = `${spec.blueprint.name} ${spec.blueprint.version} has no password field ${field}`;
      return [problem(document, path, "secret-field-unknown", message, known)];
    }
    const reference = secrets?.references.find((item) => item.field === field);
    if (reference?.version === version) return [];
    const message =
      reference === undefined
        ? `${secretsDocumentPath(name)} doesn't say where the value of ${field} is`
        : `${path.join(".")} is ${version}, but ${secretsDocumentPath(name)} says ${reference.version}`;
    const line = `remoteRef {key: ${secretPath(environment, name, field)}, property: value, version: "${version}"}`;
    const hint = `Write secretKey ${field} with ${line} there.`;
    return [problem(document, path, "secret-reference-missing", message, hint)];
  });
}

function referenceProblems(document: ApplicationDocument, environment: string): Problem[] {
  const { secrets, spec } = document;
  if (secrets === undefined) return [];
  const seen = new Set<string>();
  return secrets.references.flatMap(({ field, key }, index) => {
    const at = (last: readonly string[], code: string, message: string, hint: string): Problem => {
      const path = ["spec", "data", index, ...last];
      const line = secrets.source.lineOf(path);
      const name = `spec.data[${index}].${last.join(".")}`;
      return {
        code,
        message,
        file: secrets.path,
        field: name,
        hint,
        ...(line === undefined ? {} : { line }),
      };
    };
    const found: Problem[] = [];
    if (!isSecretOf(environment, key)) {
      const message = `${key} isn't in this Environment's part of the secret store`;
      const hint = `Refer to a path below ${secretsPrefix(environment)}`;
      found.push(at(["remoteRef", "key"], "secret-reference-foreign", message, hint));
    }
    if (spec.secrets?.[field] === undefined || seen.has(field)) {
      const why = seen.has(field) ? "is there twice" : `isn't among spec.secrets of ${document.path}`;
      const hint = "Take it out, or write the field and its version there.";
      found.push(at(["secretKey"], "secret-reference-unused", `${field} ${why}`, hint));
    }
    seen.add(field);
    return found;
  });
}

function problem(
  document: ApplicationDocument,
  path: readonly string[],
  code: string,
  message: string,
  hint: string,
): Problem {
  const line = document.source.lineOf(path);
  const field = path.join(".");
  return { code, message, file: document.path, field, hint, ...(line === undefined ? {} : { line }) };
}
