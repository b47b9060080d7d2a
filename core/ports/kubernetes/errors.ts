import { CatalystError } from "@catalyst/base/errors";

/** Codes of the errors a cluster client throws; `details.status` holds the HTTP status. */
export type KubernetesErrorCode =
  | "kubernetes-not-found"
  | "kubernetes-already-exists"
  /** The object changed since it was read, or another manager owns an applied field. */
  | "kubernetes-conflict"
  | "kubernetes-invalid"
  | "kubernetes-forbidden"
  | "kubernetes-unauthorized"
  /** The resourceVersion asked for is no longer held: list again. */
  | "kubernetes-expired"
  /** The kind isn't served here (yet). */
  | "kubernetes-unknown-kind"
  | "kubernetes-unavailable"
  /** The server's disk is full; nothing was written, and it can be tried again once there is space. */
  | "kubernetes-full"
  | "kubernetes-failed";

/** An answer of a Kubernetes API server that isn't a success; `message` is the server's own. */
export class KubernetesError extends CatalystError {
  declare readonly code: KubernetesErrorCode;
  readonly status: number;
  /** The `Status` object's reason, for example `AlreadyExists`. */
  readonly reason: string;

  constructor(
    code: KubernetesErrorCode,
    status: number,
    reason: string,
    message: string,
    details?: Record<string, unknown>,
    hint?: string,
  ) {
    super(code, message, { details: { ...details, status, reason }, hint });
    this.name = "KubernetesError";
    this.status = status;
    this.reason = reason;
  }
}

/** Tells whether an error is a cluster's answer with one of the given codes. */
export function isKubernetesError(error: unknown, ...codes: KubernetesErrorCode[]): error is KubernetesError {
  return error instanceof KubernetesError && (codes.length === 0 || codes.includes(error.code));
}
