import { at, each, type Fields } from "../fields.ts";

/** Keeps all of a Pod but the containers that were put into it, changing it. */
export function keepAllButEphemeral(pod: Fields, stored: Fields): void {
  const { ephemeralContainers } = at(pod, "spec");
  const spec: Fields = { ...at(stored, "spec") };
  if (ephemeralContainers === undefined) delete spec["ephemeralContainers"];
  else spec["ephemeralContainers"] = ephemeralContainers;
  keepRest(pod, stored, spec);
}

/** Keeps all of a Pod but what a resize may change, changing it. */
export function keepAllButResources(pod: Fields, stored: Fields): void {
  const spec = at(pod, "spec");
  const before = at(stored, "spec");
  const lists = ["containers", "initContainers"];
  // Other containers than before are left to validation, which tells of them.
  if (lists.some((list) => each(spec, list).length !== each(before, list).length)) return;
  const kept: Fields = { ...before };
  if (spec["resources"] === undefined) delete kept["resources"];
  else kept["resources"] = spec["resources"];
  for (const list of lists) {
    if (before[list] !== undefined) kept[list] = resized(each(spec, list), each(before, list));
  }
  keepRest(pod, stored, kept);
}

/** The managers of fields are those of the change. */
function keepRest(pod: Fields, stored: Fields, spec: Fields): void {
  const { managedFields } = at(pod, "metadata");
  pod["spec"] = spec;
  pod["status"] = stored["status"];
  pod["metadata"] = {
    ...at(stored, "metadata"),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
}

function resized(containers: readonly Fields[], before: readonly Fields[]): readonly Fields[] {
  const isSame = containers.every((container, index) => container["name"] === before[index]?.["name"]);
  if (!isSame) return containers;
  return containers.map((container, index) => {
    const kept: Fields = { ...before[index] };
    for (const key of ["resources", "resizePolicy"]) {
      if (container[key] === undefined) delete kept[key];
      else kept[key] = container[key];
    }
    return kept;
  });
}
