import { each, type Fields } from "../fields.ts";

const lists = ["initContainers", "containers", "ephemeralContainers"];

/**
 * Takes out what this release of Kubernetes knows and doesn't do unless it is asked to (features that are off), changing
 * the spec of a Pod or template.
 */
export function dropUnservedFields(spec: Fields): void {
  delete spec["schedulingGroup"];
  for (const list of lists) for (const container of each(spec, list)) dropStopSignal(container);
  for (const volume of each(spec, "volumes")) {
    for (const source of each(volume["projected"], "sources")) {
      delete source["clusterTrustBundle"];
      delete source["podCertificate"];
    }
  }
}

function dropStopSignal(container: Fields): void {
  const lifecycle = container["lifecycle"] as Fields | undefined;
  if (lifecycle?.["stopSignal"] === undefined) return;
  const { stopSignal: _signal, ...rest } = lifecycle;
  if (Object.keys(rest).length === 0) delete container["lifecycle"];
  else container["lifecycle"] = rest;
}
