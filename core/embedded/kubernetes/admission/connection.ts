import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { ResourceKind } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";

/** The options object of each connection; their names are upstream's, all are of the core group. */
const kinds: Readonly<Record<string, string>> = {
  "pods/exec": "PodExecOptions",
  "pods/attach": "PodAttachOptions",
  "pods/portforward": "PodPortForwardOptions",
  "pods/proxy": "PodProxyOptions",
  "services/proxy": "ServiceProxyOptions",
  "nodes/proxy": "NodeProxyOptions",
};

/** The options of a connection as the query states them; undefined when a subresource is none. */
export function connectionOptions(
  kind: Pick<ResourceKind, "group" | "plural">,
  { subresource = "", rest }: Pick<Call["route"], "subresource" | "rest">,
  query: URLSearchParams,
): KubeObject | undefined {
  const found = kind.group === "" ? kinds[`${kind.plural}/${subresource}`] : undefined;
  if (found === undefined) return undefined;
  const options = { kind: found, apiVersion: "v1", ...fieldsOf(subresource, rest, query) };
  return options as unknown as KubeObject;
}

function fieldsOf(subresource: string, rest: string, query: URLSearchParams): object {
  switch (subresource) {
    case "exec":
      return { ...streamFields(query), command: query.getAll("command") };
    case "attach":
      return streamFields(query);
    case "portforward": {
      const ports = query.getAll("ports").map(Number);
      return ports.length === 0 ? {} : { ports };
    }
    default:
      return rest === "" ? {} : { path: decoded(rest) };
  }
}

/** What can't be decoded is told as it came: it isn't ours to refuse. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function streamFields(query: URLSearchParams): object {
  const flags = ["stdin", "stdout", "stderr", "tty"].filter((flag) => isSet(query.get(flag)));
  const container = query.get("container") ?? "";
  return {
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
    ...(container === "" ? {} : { container }),
  };
}

/** A boolean parameter counts as upstream reads it: there, and neither `false` nor `0`. */
function isSet(value: string | null): boolean {
  return value !== null && value !== "0" && value.toLowerCase() !== "false";
}
