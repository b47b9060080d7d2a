import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { type Static, Type } from "@sinclair/typebox";

/** An error as RFC 9457 describes it, with Catalyst's stable `code`, place and hint. */
export const problemDocumentSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.Optional(Type.String()),
    hint: Type.Optional(Type.String()),
    field: Type.Optional(Type.String()),
    file: Type.Optional(Type.String()),
    line: Type.Optional(Type.Integer()),
  },
  { additionalProperties: true },
);
export type ProblemDocument = Static<typeof problemDocumentSchema>;

/** HTTP status of an error code: exact codes first, then the longest ending or beginning that fits. */
const exact: Readonly<Record<string, number>> = {
  unauthenticated: 401,
  "sign-in-refused": 401,
  forbidden: 403,
  "not-found": 404,
  "csrf-missing": 403,
  "change-conflict": 409,
  "name-taken": 409,
  "precondition-failed": 412,
  "idempotency-mismatch": 422,
  "plan-refused": 422,
  "spec-invalid": 422,
  "request-invalid": 400,
  "rate-limited": 429,
  "body-too-large": 413,
  "job-timeout": 422,
  "job-out-of-memory": 422,
  "change-unrecorded": 507,
};

const endings: readonly (readonly [string, number])[] = [
  ["-missing", 404],
  ["-not-found", 404],
  ["-unknown", 404],
  ["-exists", 409],
  ["-conflict", 409],
  ["-not-empty", 409],
  ["-invalid", 422],
  ["-limit", 422],
  ["-too-large", 422],
  ["-refused", 422],
  ["-unavailable", 503],
  ["-full", 507],
];

/** Gives the HTTP status of anything thrown. */
export function statusOf(error: unknown): number {
  if (!isCatalystError(error)) return 500;
  return exact[error.code] ?? endings.find(([ending]) => error.code.endsWith(ending))?.[1] ?? 500;
}

/**
 * Describes an error for its reader. What isn't Catalyst's own error says nothing but that something broke:
 * its text may hold what the reader must not see. `base` is where the codes are explained.
 */
export function problemDocument(error: unknown): ProblemDocument {
  const status = statusOf(error);
  if (!(error instanceof CatalystError) || status === 500) {
    return {
      type: "about:blank",
      title: "Something broke inside",
      status: 500,
      code: "internal",
      hint: "The log says more; the request can be tried again.",
    };
  }
  const { file, line, field } = error.place ?? {};
  return {
    ...publicDetails(error),
    type: `urn:catalyst:error:${error.code}`,
    title: error.message,
    status,
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(field === undefined ? {} : { field }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

/** Details that are made for readers; others stay in the log. */
const shown = ["plan", "application", "yours", "theirs", "problems"];

function publicDetails(error: CatalystError): Record<string, unknown> {
  return Object.fromEntries(Object.entries(error.details ?? {}).filter(([key]) => shown.includes(key)));
}
