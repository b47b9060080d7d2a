import { badRequest, type WriteOptions } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import { readFieldValidation } from "./body.ts";

/** Who writes, when and to what: from the query and, without a fieldManager, the user agent. Throws StatusError 400. */
export function writeOptions(call: Call): WriteOptions {
  const given = call.query.get("fieldManager");
  const manager = given || (call.request.headers["user-agent"] ?? "unknown").split("/")[0]!.slice(0, 128);
  if (manager.length > 128) throw badRequest("fieldManager may not be longer than 128 characters");
  return {
    manager,
    now: call.parts.clock.now(),
    subresource: call.route.subresource,
    fieldValidation: readFieldValidation(call),
  };
}
