import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { KubernetesError, type KubernetesErrorCode } from "@catalyst/ports/kubernetes";
import { type Response, readText } from "@catalyst/ports/transport";

const codes: Readonly<Record<number, KubernetesErrorCode>> = {
  401: "kubernetes-unauthorized",
  403: "kubernetes-forbidden",
  404: "kubernetes-not-found",
  409: "kubernetes-conflict",
  410: "kubernetes-expired",
  422: "kubernetes-invalid",
  400: "kubernetes-invalid",
  413: "kubernetes-invalid",
  429: "kubernetes-unavailable",
  500: "kubernetes-failed",
  503: "kubernetes-unavailable",
  504: "kubernetes-unavailable",
};

/** Gives a successful answer's document; throws the server's Status otherwise. */
export async function documentOf(response: Response): Promise<unknown> {
  const isSuccess = response.status >= 200 && response.status < 300;
  if (response.json !== undefined && isSuccess) return response.json;
  const text = response.json === undefined ? await readText(response) : "";
  const document = response.json ?? (text === "" ? {} : parse(text));
  if (!isSuccess) throw statusError(response.status, document ?? { message: shortened(text) });
  // A sign-in page, say: taken for a document it would pass for an empty one.
  if (document === undefined) throw notKubernetes();
  return document;
}

/** Something else answers in the API server's place: `transport-unreachable`. */
export function notKubernetes(): CatalystError {
  return new CatalystError("transport-unreachable", "what answered is no Kubernetes API server", {
    hint: "Is the API server's address right?",
  });
}

/** Throws unless the answer is a success; reads nothing of it then. */
export async function requireSuccess(response: Response): Promise<void> {
  if (response.status < 200 || response.status >= 300) await documentOf(response);
}

/** Makes an error of a `Status` object. */
export function statusError(httpStatus: number, document: unknown): KubernetesError {
  const status = isObject(document) ? document : {};
  const reason = typeof status["reason"] === "string" ? status["reason"] : "";
  const message =
    typeof status["message"] === "string" ? status["message"] : `the API server answered ${httpStatus}`;
  const details = isObject(status["details"]) ? { causes: status["details"]["causes"] } : {};
  if (httpStatus >= 500 && isFull(status))
    return new KubernetesError(
      "kubernetes-full",
      httpStatus,
      reason,
      "the cluster's disk is full; nothing was written",
      details,
      "Free some space; what failed can then be tried again.",
    );
  return new KubernetesError(codeOf(httpStatus, reason, status), httpStatus, reason, message, details);
}

/** A 404 for a path nobody serves has no `details.name`: the kind is unknown rather than the object. */
function codeOf(httpStatus: number, reason: string, status: Record<string, unknown>): KubernetesErrorCode {
  if (httpStatus === 409 && reason === "AlreadyExists") return "kubernetes-already-exists";
  if (httpStatus === 404) {
    const named = isObject(status["details"]) && status["details"]["name"] !== undefined;
    return named ? "kubernetes-not-found" : "kubernetes-unknown-kind";
  }
  return codes[httpStatus] ?? "kubernetes-failed";
}

/** The embedded server names the cause; a server on etcd says what etcd said when its space ran out. */
function isFull({ details, message }: Record<string, unknown>): boolean {
  const causes = isObject(details) && Array.isArray(details["causes"]) ? details["causes"] : [];
  return (
    causes.some((cause) => isObject(cause) && cause["reason"] === "store-full") ||
    (typeof message === "string" && message.includes("database space exceeded"))
  );
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** On one line, as every message is. */
function shortened(text: string): string | undefined {
  return text.slice(0, 500).trim().replace(/\s+/g, " ") || undefined;
}
