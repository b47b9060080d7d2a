import type { KubeObject, ResourceType } from "@catalyst/ports/kubernetes";
import type { ObjectRecord, ScopeState } from "../state/state.ts";

function table(state: ScopeState, type: ResourceType): ReadonlyMap<string, ObjectRecord> | undefined {
  return state.objects.get(`${type.group}/${type.kind}`);
}

/** One object of a state. */
export function objectOf<T extends KubeObject>(
  state: ScopeState,
  type: ResourceType<T>,
  namespace: string,
  name: string,
): T | undefined {
  return table(state, type)?.get(`${namespace}/${name}`)?.object as T | undefined;
}

/** The objects of a kind, of one namespace when given. */
export function* objectsOf<T extends KubeObject>(
  state: ScopeState,
  type: ResourceType<T>,
  namespace?: string,
): Generator<T> {
  for (const { object } of table(state, type)?.values() ?? []) {
    if (object !== undefined && (namespace === undefined || object.metadata.namespace === namespace))
      yield object as T;
  }
}
