import { at, type Fields, fill, text } from "../fields.ts";

/** Makes a new claim say in both fields what it is made from, changing it. */
export function createClaim(claim: Fields): void {
  claim["status"] = { phase: "Pending" };
  settleSources(at(claim, "spec"), {});
}

/** The same of an update. */
export function updateClaim(claim: Fields, stored: Fields): void {
  settleSources(at(claim, "spec"), at(stored, "spec"));
}

/** What the older field can name. */
function isOldSource(source: Fields): boolean {
  const group = text(source, "apiGroup");
  const kind = text(source, "kind");
  if (group === "") return kind === "PersistentVolumeClaim";
  return group === "snapshot.storage.k8s.io" && kind === "VolumeSnapshot";
}

function settleSources(spec: Fields, before: Fields): void {
  const has = (object: Fields, key: string) => object[key] !== undefined;
  // What is in another namespace isn't served by this release.
  if (text(at(spec, "dataSourceRef"), "namespace") !== "" && !has(before, "dataSourceRef")) {
    delete spec["dataSourceRef"];
  }
  const isInUse = has(before, "dataSource") || has(before, "dataSourceRef");
  if (!isInUse && !has(spec, "dataSourceRef") && !isOldSource(at(spec, "dataSource")))
    delete spec["dataSource"];
  for (const key of ["dataSource", "dataSourceRef"]) {
    if (has(spec, key)) fill(at(spec, key), "apiGroup", null);
  }
  if (has(spec, "dataSource") && !has(spec, "dataSourceRef")) {
    spec["dataSourceRef"] = { ...at(spec, "dataSource") };
  } else if (has(spec, "dataSourceRef") && !has(spec, "dataSource")) {
    const { namespace, ...source } = at(spec, "dataSourceRef");
    if (namespace === undefined || namespace === "") spec["dataSource"] = source;
  }
}
