import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { podField, resourceField } from "../fields.ts";
import type { References } from "../references.ts";
import { expand } from "./expand.ts";

/** What a container's environment is made of. */
export interface EnvironmentScope {
  readonly pod: Pod;
  readonly container: Container;
  readonly references: References;
  /** The Pod's. */
  readonly address: string;
  readonly services: readonly (readonly [name: string, value: string])[];
}

/**
 * Gives a container's environment: the Services, `envFrom`, then `env`, whose `$(NAME)` refer to what stands before.
 * Throws `pod-reference-missing`.
 */
export async function environmentOf(scope: EnvironmentScope): Promise<ReadonlyMap<string, string>> {
  const { container, references, services } = scope;
  const values = new Map<string, string>(services);
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const kind = configMapRef === undefined ? "secret" : "configmap";
    const reference = configMapRef ?? secretRef;
    const keys = await references.keys(kind, reference?.name ?? "", reference?.optional);
    for (const [key, value] of keys ?? []) values.set(prefix + key, new TextDecoder().decode(value));
  }
  for (const variable of container.env ?? []) {
    const value = await variableValue(variable, scope, values);
    if (value !== undefined) values.set(variable.name, value);
  }
  return values;
}

async function variableValue(
  variable: NonNullable<Container["env"]>[number],
  { pod, container, references, address }: EnvironmentScope,
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
