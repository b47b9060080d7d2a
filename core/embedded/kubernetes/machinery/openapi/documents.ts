import type { ResourceKind } from "../kind.ts";
import { unfinished } from "../unfinished.ts";

/** The OpenAPI 3 document of one group and version; `kinds` are those of that version, builtin or custom. */
export function openApiV3(groupVersion: string, kinds: readonly ResourceKind[]): Record<string, unknown> {
  return unfinished(`openApiV3 ${groupVersion} ${kinds.length}`);
}

/** The one Swagger 2 document over all kinds. */
export function openApiV2(kinds: readonly ResourceKind[]): Record<string, unknown> {
  return unfinished(`openApiV2 ${kinds.length}`);
}
