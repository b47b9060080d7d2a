import type { ResourceKind } from "../kind.ts";
import { unfinished } from "../unfinished.ts";
import type { TypeSchema } from "./type-schema.ts";

/** The release whose types are served: `/version` answers with it, for example `v1.36.3`. */
export function kubernetesVersion(): string {
  return unfinished("kubernetesVersion");
}

/** Every builtin resource, in discovery's order. The same array each time. */
export function builtinKinds(): readonly ResourceKind[] {
  return unfinished("builtinKinds");
}

/** A type by its OpenAPI name (`io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions`); throws when unknown. */
export function builtinType(name: string): TypeSchema {
  return unfinished(`builtinType ${name}`);
}
