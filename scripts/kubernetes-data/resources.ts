import { readFileSync } from "node:fs";
import { join } from "node:path";
import { servedGroupVersions } from "./groups.ts";

interface ApiResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly group?: string;
  readonly version?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

/** Reads the resources of each served version from the module's recorded discovery documents. */
export function readResources(folder: string): unknown[] {
  return servedGroupVersions.map((groupVersion) => {
    const file = `${groupVersion === "v1" ? "api" : "apis"}__${groupVersion.replace("/", "__")}.json`;
    const document = JSON.parse(readFileSync(join(folder, file), "utf8")) as { resources: ApiResource[] };
    return { groupVersion, resources: nested(document.resources) };
  });
}

/** Puts each `pods/status` below its `pods`. */
function nested(resources: readonly ApiResource[]): unknown[] {
  return resources
    .filter((resource) => !resource.name.includes("/"))
    .map((resource) => ({
      plural: resource.name,
      singular: resource.singularName,
      kind: resource.kind,
      ...(resource.namespaced ? { namespaced: true } : {}),
      verbs: resource.verbs,
      ...(resource.shortNames === undefined ? {} : { shortNames: resource.shortNames }),
      ...(resource.categories === undefined ? {} : { categories: resource.categories }),
      ...(resource.storageVersionHash === undefined ? {} : { hash: resource.storageVersionHash }),
      subresources: resources
        .filter((other) => other.name.startsWith(`${resource.name}/`))
        .map(({ name, kind, group, version, verbs }) => ({
          name: name.slice(resource.name.length + 1),
          kind,
          ...(group === undefined ? {} : { group }),
          ...(version === undefined ? {} : { version }),
          verbs,
        })),
    }));
}
