/**
 * What a Kubernetes API server knows of objects, without any I/O: types, decoding, defaults, strategies,
 * validation, patches, server-side apply, tables, selectors, discovery and OpenAPI documents.
 *
 * A write goes: `decodeBody` → `beginCreate | beginUpdate | beginPatch | beginApply` (defaults, managedFields)
 * → admission by the caller → `finishCreate | finishUpdate` (strategy, validation, no-op detection) → the
 * caller sets `metadata.resourceVersion` and stores. Objects passed in are never changed; what is unchanged is
 * shared with them. Every refusal is a `StatusError`.
 *
 * What most requests don't need is loaded when it is first asked for: validation with a kind's first write, CEL with the
 * first rule, and OpenAPI documents, which have an entrance of their own (`openapi/index.ts`).
 */

export { customKinds } from "./custom/kinds.ts";
export { asRead } from "./custom/read.ts";
export type { ColumnDefinition, CustomKind, ResourceKind, ScalePaths, Subresource } from "./kind.ts";
export type { Json, KubeObject } from "./object.ts";
export { aggregatedDiscovery, apiGroup, apiResourceList } from "./openapi/discovery.ts";
export { toNewerAutoscaler, toOlderAutoscaler } from "./resources/convert/autoscaler.ts";
export { systemPriorityClasses } from "./resources/priority-classes.ts";
export { builtinKinds, builtinType, kubernetesVersion } from "./schema/builtin.ts";
export { setOwn } from "./schema/own-key.ts";
export type { FieldSchema, TypeSchema } from "./schema/type-schema.ts";
export { type FieldSelector, parseFieldSelector } from "./select/field-selector.ts";
export { type LabelSelector, labelSelectorOf, parseLabelSelector } from "./select/label-selector.ts";
export {
  badRequest,
  type FieldFault,
  invalid,
  type StatusDetails,
  StatusError,
} from "./status.ts";
export { tableCells, tableColumns } from "./table/table.ts";
export { requestedOrganizations } from "./validate/pkcs10.ts";
export { beginApply } from "./write/apply.ts";
export { beginCreate, beginPatch, beginUpdate } from "./write/begin.ts";
export { decodeBody, decodeValue } from "./write/decode.ts";
export { duplicateKeys } from "./write/duplicates.ts";
export { finishCreate, finishUpdate } from "./write/finish.ts";
export { nameless } from "./write/identity.ts";
export { redraft, withReadableManagers } from "./write/redraft.ts";
export { type BeginScale, readScale, scaleKindOf, scaleView, writeScale } from "./write/scale.ts";
export type {
  ApplyOptions,
  CreateFacts,
  Decoded,
  Draft,
  FieldValidation,
  Patch,
  PatchType,
  WriteOptions,
  Written,
} from "./write/types.ts";
