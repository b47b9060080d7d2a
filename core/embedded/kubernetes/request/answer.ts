import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Headers, Response } from "@catalyst/ports/transport";
import type { StatusError } from "../machinery/index.ts";
import type { Entry } from "../storage/entry.ts";
import { PageNotFound } from "./errors.ts";

export interface ListMetadata {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** What a verb answers, before it takes the form the caller accepts. */
export type Answer =
  /** An object of the call's kind. */
  | { readonly type: "object"; readonly status: number; readonly object: KubeObject }
  | { readonly type: "list"; readonly entries: readonly Entry[]; readonly metadata: ListMetadata }
  /** Something else: a Status, a Scale, a review. */
  | { readonly type: "document"; readonly status: number; readonly document: unknown }
  /** A stream or a body made already. */
  | { readonly type: "response"; readonly response: Response };

export const jsonHeaders: Headers = { "content-type": "application/json" };

/** A document as it is. */
export function document(value: unknown, status = 200): Answer {
  return { type: "document", status, document: value };
}

/** The answer to a refusal. */
export function statusResponse(error: StatusError): Response {
  if (error instanceof PageNotFound) return textResponse(error.status, error.text);
  const retry = error.statusDetails?.retryAfterSeconds;
  return {
    status: error.status,
    headers: retry === undefined ? jsonHeaders : { ...jsonHeaders, "retry-after": String(retry) },
    json: error.toStatus(),
  };
}

/** A line of text, which no browser shall take for anything else; an empty one is just the status. */
function textResponse(status: number, text: string): Response {
  if (text === "") return { status, headers: {} };
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
  return { status, headers, body: Buffer.from(text) };
}
