import type { ConnectionKey } from "@catalyst/model/blueprint";
import { labels } from "@catalyst/model/label";
import { connectionSecretName } from "@catalyst/model/naming";
import type { Secret } from "@catalyst/ports/kubernetes";

/** Gives `length` characters of a password: letters and digits, drawn evenly. */
export type GeneratePassword = (length: number) => string;

export interface ConnectionInput {
  readonly application: string;
  readonly keys: readonly ConnectionKey[];
  readonly config: Readonly<Record<string, unknown>>;
  /** The values people gave for password fields, by field, in base64. */
  readonly given: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly existing: Secret | undefined;
}

/**
 * Makes an Application's connection Secret. Generated passwords are made once and kept over upgrades;
 * everything else follows the Blueprint. Undefined when the Secret is right already.
 */
export function connectionSecret(input: ConnectionInput, generate: GeneratePassword): Secret | undefined {
  const data: Record<string, string> = {};
  for (const key of input.keys) {
    const kept = input.existing?.data?.[key.key];
    const given = key.secret === undefined ? undefined : input.given[key.secret];
    if (given !== undefined) data[key.key] = given;
    else if (key.generate !== undefined) data[key.key] = kept ?? encode(generate(key.generate.length));
    else data[key.key] = encode(fillIn(key.value ?? "", input));
  }
  if (input.existing !== undefined && sameData(input.existing.data ?? {}, data)) return undefined;
  const { application } = input;
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: {
      name: connectionSecretName(application),
      namespace: application,
      labels: { ...input.labels, [labels.component]: "connection" },
    },
    data,
  };
}

/** Marks a copy of another namespace's Secret, by the label that says what a thing is part of. */
export const mirrorComponent = "mirror";

/** Copies a Secret into an Application's namespace; undefined when the copy is right. */
export function mirrorSecret(
  original: Secret,
  copy: Secret | undefined,
  namespace: string,
  own: Readonly<Record<string, string>>,
): Secret | undefined {
  if (copy !== undefined && sameData(copy.data ?? {}, original.data ?? {})) return undefined;
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: {
      name: original.metadata.name,
      namespace,
      labels: { ...own, [labels.component]: mirrorComponent },
    },
    data: { ...original.data },
  };
}

function fillIn(text: string, input: ConnectionInput): string {
  return text.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name === "application" || name === "namespace") return input.application;
    const path = name.startsWith("config.") ? name.slice("config.".length).split(".") : undefined;
    const value = path?.reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      input.config,
    );
    return value === undefined ? "" : String(value);
  });
}

function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function sameData(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(b);
  return keys.length === Object.keys(a).length && keys.every((key) => a[key] === b[key]);
}
