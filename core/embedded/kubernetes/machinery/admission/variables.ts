import {
  authorizerType,
  boolType,
  type CelType,
  type Declaration,
  dynType,
  listType,
  mapType,
  objectType,
  resourceCheckType,
  stringType,
} from "../cel/index.ts";
import { intType, timestampType } from "../cel/type.ts";

/** What an expression of admission may speak of, beside the objects and the request. */
export interface Place {
  readonly params: boolean;
  readonly authorizer: boolean;
  /** Types of a policy's `variables`; absent where there are none to speak of. */
  readonly variables?: ReadonlyMap<string, CelType> | undefined;
  /** Types that are known of the objects; nothing is, where policies are applied. */
  readonly types?: { readonly object: CelType; readonly params: CelType };
  /** Whether they may make objects and patches. */
  readonly mutates?: boolean;
}

/** The types of the variables of a place. Source: upstream's `admission/plugin/cel/compile.go`. */
export function variableTypes(place: Place): Readonly<Record<string, CelType>> {
  const { params, authorizer, variables, types } = place;
  return {
    object: types?.object ?? dynType,
    oldObject: types?.object ?? dynType,
    request: requestType,
    namespaceObject: namespaceType,
    ...(params ? { params: types?.params ?? dynType } : {}),
    ...(authorizer ? { authorizer: authorizerType, "authorizer.requestResource": resourceCheckType } : {}),
    ...(variables === undefined
      ? {}
      : { variables: struct("kubernetes.variables", Object.fromEntries(variables)) }),
  };
}

function struct(name: string, fields: Readonly<Record<string, CelType>>): CelType {
  const declared = Object.entries(fields).map(([field, type]): [string, Declaration] => [
    field,
    { type, maxElements: 0, minSerializedSize: 0 },
  ]);
  return objectType(name, new Map(declared));
}

const texts = listType(stringType);
const textMap = mapType(stringType, stringType);

const groupVersionKind = struct("kubernetes.GroupVersionKind", {
  group: stringType,
  version: stringType,
  kind: stringType,
});
const groupVersionResource = struct("kubernetes.GroupVersionResource", {
  group: stringType,
  version: stringType,
  resource: stringType,
});
const userInfo = struct("kubernetes.UserInfo", {
  username: stringType,
  uid: stringType,
  groups: texts,
  extra: mapType(stringType, texts),
});

const requestType = struct("kubernetes.AdmissionRequest", {
  kind: groupVersionKind,
  resource: groupVersionResource,
  subResource: stringType,
  requestKind: groupVersionKind,
  requestResource: groupVersionResource,
  requestSubResource: stringType,
  name: stringType,
  namespace: stringType,
  operation: stringType,
  userInfo,
  dryRun: boolType,
  options: dynType,
});

const namespaceType = struct("kubernetes.Namespace", {
  metadata: struct("kubernetes.NamespaceMetadata", {
    name: stringType,
    generateName: stringType,
    namespace: stringType,
    labels: textMap,
    annotations: textMap,
    UID: stringType,
    creationTimestamp: timestampType,
    deletionGracePeriodSeconds: intType,
    deletionTimestamp: timestampType,
    generation: intType,
    resourceVersion: stringType,
    finalizers: texts,
  }),
  spec: struct("kubernetes.NamespaceSpec", { finalizers: texts }),
  status: struct("kubernetes.NamespaceStatus", {
    conditions: listType(
      struct("kubernetes.NamespaceCondition", {
        status: stringType,
        type: stringType,
        lastTransitionTime: timestampType,
        message: stringType,
        reason: stringType,
      }),
    ),
    phase: stringType,
  }),
});
