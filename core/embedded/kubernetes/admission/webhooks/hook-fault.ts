import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { type Json, type StatusDetails, StatusError } from "../../machinery/index.ts";

/** A webhook couldn't be asked, or its answer isn't one: its failurePolicy decides what that means. */
export class HookFault extends CatalystError {
  constructor(message: string, cause?: unknown) {
    super("kubernetes-webhook-failed", message, { cause });
    this.name = "HookFault";
  }
}

/** 500: a webhook that must be asked couldn't be. */
export function callFailed(hook: string, fault: HookFault): StatusError {
  return internalError(`failed calling webhook ${JSON.stringify(hook)}: ${fault.message}`);
}

/** 500, as upstream tells what went wrong inside. */
export function internalError(why: string): StatusError {
  const message = `Internal error occurred: ${why}`;
  return new StatusError(500, "InternalError", message, { causes: [{ message: why }] });
}

/** The refusal of a webhook, with the code, reason and details it gave. */
export function denied(hook: string, result: Json = {}): StatusError {
  const code = Number(result["code"]);
  const deniedBy = `admission webhook ${JSON.stringify(hook)} denied the request`;
  const reason = text(result["reason"]);
  const why = text(result["message"]) || reason;
  return new StatusError(
    code >= 400 && code <= 599 ? Math.trunc(code) : 400,
    reason,
    why === "" ? `${deniedBy} without explanation` : `${deniedBy}: ${why}`,
    isObject(result["details"]) ? (result["details"] as StatusDetails) : undefined,
  );
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
