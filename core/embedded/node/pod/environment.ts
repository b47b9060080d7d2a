import type { Container, Pod } from "@catalyst/ports/kubernetes";
import type { ApiAddress } from "../options.ts";
import { podField, resourceField } from "./fields.ts";
import type { References } from "./references.ts";

/**
 * Gives a container's environment: where the API is, `envFrom`, then `env`, whose `$(NAME)` refer to what
 * stands before. Throws `pod-reference-missing`.
 */
export async function environmentOf(
  pod: Pod,
  container: Container,
  references: References,
  address: string,
  api: ApiAddress | undefined,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>(apiVariables(api));
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const kind = configMapRef === undefined ? "secret" : "configmap";
    const reference = configMapRef ?? secretRef;
    const keys = await references.keys(kind, reference?.name ?? "", reference?.optional);
    for (const [key, value] of keys ?? []) values.set(prefix + key, new TextDecoder().decode(value));
  }
  for (const variable of container.env ?? []) {
    const value = await variableValue(variable, pod, container, references, address, values);
    if (value !== undefined) values.set(variable.name, value);
  }
  return values;
}

function apiVariables(api: ApiAddress | undefined): readonly (readonly [string, string])[] {
  if (api === undefined) return [];
  const port = String(api.port);
  return [
    ["KUBERNETES_SERVICE_HOST", api.host],
    ["KUBERNETES_SERVICE_PORT", port],
    ["KUBERNETES_SERVICE_PORT_HTTPS", port],
  ];
}

async function variableValue(
  variable: NonNullable<Container["env"]>[number],
  pod: Pod,
  container: Container,
  references: References,
  address: string,
  before: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const { valueFrom } = variable;
  if (valueFrom === undefined) return expand(variable.value ?? "", before);
  if (valueFrom.secretKeyRef !== undefined) return references.value("secret", valueFrom.secretKeyRef);
  if (valueFrom.configMapKeyRef !== undefined)
    return references.value("configmap", valueFrom.configMapKeyRef);
  if (valueFrom.fieldRef !== undefined) return podField(pod, valueFrom.fieldRef.fieldPath, address);
  const field = valueFrom.resourceFieldRef;
  if (field === undefined) return undefined;
  const named = pod.spec.containers.find((candidate) => candidate.name === field.containerName);
  return resourceField(named ?? container, field.resource, field.divisor);
}

/** Replaces `$(NAME)` by its value where there is one; `$$(NAME)` stands for the text `$(NAME)`. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^()]+)\)/g, (match, name: string | undefined) =>
    name === undefined ? "$" : (values.get(name) ?? match),
  );
}
