import type { Call } from "./call.ts";
import { methodNotAllowed } from "./errors.ts";

/** Refuses HEAD of a builtin resource: upstream's paths of it take GET alone, a custom one's both. Throws StatusError 405. */
export function refuseHead({ kind, request }: Pick<Call, "kind" | "request">): void {
  if (request.method === "HEAD" && kind.custom === undefined) throw methodNotAllowed();
}
