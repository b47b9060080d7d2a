import type { LocatedYaml } from "@catalyst/base/yaml";
import { type SecretsContent, secretsContentSchema } from "@catalyst/model/application";
import { applicationSecretName, secretPath, secretProperty, secretStoreName } from "@catalyst/model/naming";
import type { Problem } from "@catalyst/model/problem";
import { schemaProblems } from "./schema.ts";

/** Where the value of one password field is. */
export interface SecretReference {
  readonly field: string;
  /** `org/acme/env/dev/applications/blog/admin.password`. */
  readonly key: string;
  readonly property: string;
  readonly version: number;
}

/** One `secrets.yaml`, parsed. */
export interface SecretsDocument {
  readonly path: string;
  readonly text: string;
  readonly references: readonly SecretReference[];
  readonly source: LocatedYaml;
}

/** The path of the file that says where an Application's values are. */
export function secretsDocumentPath(application: string): string {
  return `applications/${application}/secrets.yaml`;
}

/** Says what is wrong with a `secrets.yaml`, apart from where its references lead. */
export function secretsDocumentProblems(application: string, source: LocatedYaml): Problem[] {
  const found = schemaProblems(secretsContentSchema, source.value, [], source);
  if (found.length > 0) {
    const hint = "This file only refers to values in the secret store; docs/users/secrets.md shows one.";
    return found.map((problem) => ({ ...problem, hint }));
  }
  const name = applicationSecretName(application);
  const content = source.value as SecretsContent;
  const named = [
    [["metadata", "name"], content.metadata.name],
    [["spec", "target", "name"], content.spec.target.name],
  ] as const;
  return named
    .filter(([, value]) => value !== name)
    .map(([path, value]) => {
      const line = source.lineOf(path);
      return {
        code: "secrets-name",
        message: `${path.join(".")} must be "${name}", not "${value}"`,
        field: path.join("."),
        ...(line === undefined ? {} : { line }),
      };
    });
}

/** The references of a `secrets.yaml` that has no problems. */
export function secretReferences(source: LocatedYaml): SecretReference[] {
  return (source.value as SecretsContent).spec.data.map(({ secretKey, remoteRef }) => ({
    field: secretKey,
    key: remoteRef.key,
    property: remoteRef.property,
    version: Number(remoteRef.version),
  }));
}

/**
 * The content of a `secrets.yaml` for the values an Application has. References that are there in that version stay
 * as they are.
 */
export function secretsContent(
  environment: string,
  application: string,
  versions: Readonly<Record<string, number>>,
  existing: readonly SecretReference[],
): Readonly<Record<string, unknown>> {
  const name = applicationSecretName(application);
  const data = Object.entries(versions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, version]) => {
      const kept = existing.find((reference) => reference.field === field && reference.version === version);
      const key = kept?.key ?? secretPath(environment, application, field);
      const property = kept?.property ?? secretProperty;
      return { secretKey: field, remoteRef: { key, property, version: String(version) } };
    });
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    // Flux releases anew when the Secret of that label changes
    metadata: { name, labels: { "reconcile.fluxcd.io/watch": "Enabled" } },
    spec: {
      refreshInterval: "1h",
      secretStoreRef: { kind: "SecretStore", name: secretStoreName },
      target: { name, creationPolicy: "Owner" },
      data,
    },
  } satisfies SecretsContent;
}
