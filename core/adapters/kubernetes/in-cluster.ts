import { CatalystError } from "@catalyst/base/errors";
import type { ClusterConnection, ReadText } from "./connection.ts";

/** Where every Pod finds its ServiceAccount's token and the API server's authority. */
export const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface InClusterOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readText: ReadText;
}

/**
 * How a process in a Pod reaches its cluster; undefined outside of one. Throws `in-cluster-incomplete` where the
 * ServiceAccount's files aren't mounted.
 */
export function inClusterConnection({
  environment,
  readText,
}: InClusterOptions): ClusterConnection | undefined {
  const host = environment["KUBERNETES_SERVICE_HOST"];
  const port = environment["KUBERNETES_SERVICE_PORT"];
  if (!host || !port) return undefined;
  const read = (name: string) => {
    try {
      return readText(`${serviceAccountFolder}/${name}`);
    } catch (cause) {
      throw new CatalystError("in-cluster-incomplete", `${serviceAccountFolder}/${name} can't be read`, {
        cause,
        hint: "The Pod needs its ServiceAccount's token (automountServiceAccountToken).",
      });
    }
  };
  const address = host.includes(":") ? `[${host}]` : host;
  return { server: `https://${address}:${port}`, ca: read("ca.crt"), token: read("token").trim() };
}
