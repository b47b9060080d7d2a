import type { KubeObject } from "@catalyst/ports/kubernetes";
import { badRequest } from "../machinery/index.ts";

/** The name of the container that is meant; the only one when none is named. Throws StatusError 400, as upstream. */
export function containerOf(pod: KubeObject, asked: string): string {
  const spec = pod.spec as Record<string, readonly { readonly name: string }[] | undefined>;
  const names = (list: string) => (spec[list] ?? []).map(({ name }) => name);
  const own = names("containers");
  const all = [...names("initContainers"), ...own, ...names("ephemeralContainers")];
  const podName = pod.metadata.name;
  if (asked === "") {
    if (own.length === 1) return own[0]!;
    const choice = own.length === 0 ? "" : `, choose one of: [${all.join(" ")}]`;
    throw badRequest(`a container name must be specified for pod ${podName}${choice}`);
  }
  if (all.includes(asked)) return asked;
  throw badRequest(`container ${asked} is not valid for pod ${podName}`);
}
