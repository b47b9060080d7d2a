import type { Response } from "@catalyst/ports/transport";

/** Where Gitea's errors point a reader. */
const documentation = "https://docs.gitea.com/api/1.26/";

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Response {
  return { status, headers: { "content-type": "application/json;charset=utf-8", ...headers }, json: value };
}

export function noContent(): Response {
  return { status: 204, headers: {} };
}

/** An error body as Gitea's APIError. */
export function failure(status: number, message: string): Response {
  return json(status, { message, url: documentation });
}

/** Gitea's 404 carries an `errors` list besides. */
export function notFound(message = "not found"): Response {
  return json(404, { message, url: documentation, errors: null });
}

export function unauthorized(): Response {
  return json(
    401,
    { message: "token is required", url: documentation },
    { "www-authenticate": 'Basic realm="Catalyst Git"' },
  );
}

export function forbidden(message: string): Response {
  return failure(403, message);
}
