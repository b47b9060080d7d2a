import { errorMessage } from "@catalyst/base/errors";
import { isKubernetesError, type KubeObject } from "@catalyst/ports/kubernetes";

const leftOut = "the server refused the Secret; its words are left out since they may hold values";

const quoting: ReadonlySet<string> = new Set(["kubernetes-invalid", "kubernetes-failed"]);

/**
 * A server's words about an object, as they may be told: about a Secret they may quote its values, whether the server
 * finds them or who was asked to admit it (security case 25).
 */
export function serverWords({ kind }: Pick<KubeObject, "kind">, error: unknown): string {
  if (kind !== "Secret") return errorMessage(error);
  if (!isKubernetesError(error)) return leftOut;
  const mayQuote = quoting.has(error.code) || /denied (the )?request/.test(error.message);
  return mayQuote ? leftOut : error.message;
}
