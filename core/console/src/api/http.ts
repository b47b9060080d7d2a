/** An answer that isn't a success, as problem+json says it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly field: string | undefined;
  /** What else the problem says: `plan`, `yours`, `theirs`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, document: Readonly<Record<string, unknown>>) {
    super(typeof document["title"] === "string" ? document["title"] : `The server answered ${status}.`);
    this.status = status;
    this.code = typeof document["code"] === "string" ? document["code"] : "unknown";
    this.hint = typeof document["hint"] === "string" ? document["hint"] : undefined;
    this.field = typeof document["field"] === "string" ? document["field"] : undefined;
    this.details = document;
  }
}

let csrfToken: string | undefined;

/** Remembers the token that changes are sent with. */
export function rememberCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

export interface CallOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Calls the API below /v1. Throws ApiProblem. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const { method = "GET", body, ifMatch, signal } = options;
  const response = await fetch(`/v1${path}`, {
    method,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(method === "GET" || csrfToken === undefined ? {} : { "x-csrf-token": csrfToken }),
      ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiProblem(0, {
      title: "The Sovereign doesn't answer.",
      code: "unreachable",
      hint: "Is it running? This page goes on by itself once it is.",
    });
  });
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  const document = text === "" ? {} : JSON.parse(text);
  if (!response.ok) throw new ApiProblem(response.status, document);
  return document as T;
}
