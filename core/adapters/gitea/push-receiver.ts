import { createHmac, timingSafeEqual } from "node:crypto";
import { isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { Logger } from "@catalyst/base/logger";
import type { ObjectId, RepositoryRef } from "@catalyst/ports/git";
import { type Handler, type Response, readBytes } from "@catalyst/ports/transport";

/** What a webhook said of a push. Only that something moved is to be relied on: read the rest from the host. */
export interface ReportedPush {
  readonly repository: RepositoryRef;
  readonly ref: string;
  /** All zeros for a new ref. */
  readonly before: ObjectId;
  /** All zeros for a deleted ref. */
  readonly after: ObjectId;
}

export interface PushReceiverOptions {
  /** The secret a repository's webhook was registered with; undefined or empty refuses. */
  readonly secretOf: (repository: RepositoryRef) => string | undefined;
  readonly logger: Logger;
  /** Takes in a push; a throw makes the host tell it again. Pushes may be told twice. */
  readonly onPush: (push: ReportedPush) => Promise<void>;
}

/** Largest delivery: 5 MiB; Gitea names a handful of commits in one. */
const bodyLimit = 5 * 1024 * 1024;

/**
 * Receives push webhooks as Gitea sends them. Nothing but the repository's name is believed of a delivery before
 * its HMAC-SHA256 was found right (security cases 16 and 17); the name only chooses the secret.
 */
export function pushReceiver({ secretOf, logger, onPush }: PushReceiverOptions): Handler {
  return async (request) => {
    if (request.method !== "POST") return status(405);
    let body: Uint8Array;
    try {
      body = await readBytes(request, bodyLimit);
    } catch (error) {
      if (isCatalystError(error, "body-too-large")) return status(413);
      throw error;
    }
    const payload = parseObject(body);
    const repository = payload && repositoryOf(payload);
    if (!payload || !repository) return status(400);
    if (!isSigned(body, secretOf(repository) ?? "", request.headers["x-gitea-signature"])) return status(403);
    if (request.headers["x-gitea-event"] !== "push") return status(204);
    const { ref, before, after } = payload;
    if (typeof ref !== "string" || !isId(before) || !isId(after)) return status(400);
    try {
      await onPush({ repository, ref, before, after });
      return status(204);
    } catch (error) {
      logger.error("taking in a push failed", { repository, error });
      return status(500);
    }
  };
}

function isSigned(body: Uint8Array, secret: string, signature: string | undefined): boolean {
  if (secret === "" || signature === undefined || !/^[0-9a-f]{64}$/.test(signature)) return false;
  return timingSafeEqual(createHmac("sha256", secret).update(body).digest(), Buffer.from(signature, "hex"));
}

function repositoryOf(payload: Record<string, unknown>): RepositoryRef | undefined {
  const { repository } = payload;
  const fullName = isObject(repository) ? repository["full_name"] : undefined;
  const [owner, name, ...rest] = typeof fullName === "string" ? fullName.split("/") : [];
  return owner && name && rest.length === 0 ? { owner, name } : undefined;
}

function parseObject(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isId(value: unknown): value is ObjectId {
  return typeof value === "string" && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}

function status(code: number): Response {
  return { status: code, headers: {} };
}
