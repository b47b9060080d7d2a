import { CatalystError } from "@catalyst/base/errors";
import type { Response } from "@catalyst/ports/transport";

/** The error codes of the distribution protocol, with the status each is answered with. */
const statuses = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  RANGE_INVALID: 416,
  SIZE_INVALID: 413,
  TAG_IMMUTABLE: 409,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  UNAVAILABLE: 507,
  UNSUPPORTED: 405,
} as const;

export type ProblemCode = keyof typeof statuses;

/** A refusal the protocol has words for; the handler turns it into the answer. */
export class RegistryProblem extends CatalystError {
  readonly problem: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: ProblemCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(`registry-${problem.toLowerCase().replaceAll("_", "-")}`, message);
    this.problem = problem;
    this.headers = headers;
  }
}

/** Writes a problem as the protocol's error body. */
export function problemResponse(problem: RegistryProblem): Response {
  const body = JSON.stringify({ errors: [{ code: problem.problem, message: problem.message }] });
  return {
    status: statuses[problem.problem],
    headers: { "content-type": "application/json", ...problem.headers },
    body: new TextEncoder().encode(body),
  };
}
