import { CatalystError } from "@catalyst/base/errors";
import { isClusterScoped } from "./cluster-scoped.ts";
import { type KubeResource, resourceId } from "./resource.ts";

/** An object on its way through a build, with the names it had on it. */
export interface Working {
  readonly resource: KubeResource;
  /** Names and namespaces it had before, the first first. */
  readonly before: readonly { readonly name: string; readonly namespace: string }[];
  /** Gets a hash of its content behind its name. */
  readonly hashed: boolean;
}

/** Takes objects as they were read. */
export function workingOf(resource: KubeResource, hashed = false): Working {
  return { resource, before: [], hashed };
}

/** Replaces the object; what it was called is remembered when its name or namespace changes. */
export function changed(item: Working, resource: KubeResource): Working {
  const was = item.resource.metadata;
  const is = resource.metadata;
  if (was.name === is.name && was.namespace === is.namespace)
    return resource === item.resource ? item : { ...item, resource };
  return { ...item, resource, before: [...item.before, { name: was.name, namespace: was.namespace ?? "" }] };
}

/** Tells whether an object is or was called so. */
export function isNamed(item: Working, name: string): boolean {
  return item.resource.metadata.name === name || item.before.some((known) => known.name === name);
}

/** The namespace an object counts to: none, `default`, or its own. */
export function effectiveNamespace(resource: KubeResource): string {
  return isClusterScoped(resource) ? "" : resource.metadata.namespace || "default";
}

/** An object and where it was listed. */
export interface Listed {
  readonly item: Working;
  readonly place: { readonly file: string; readonly field: string };
}

/** Gives the objects in their order. Throws `kustomize-duplicate` when one is there twice. */
export function unique(listed: readonly Listed[]): readonly Working[] {
  const ids = new Set<string>();
  return listed.map(({ item, place }) => {
    const { resource } = item;
    const id = resourceId(resource);
    if (ids.has(id)) {
      const words = `${resource.kind} '${resource.metadata.name}' is there twice`;
      throw new CatalystError("kustomize-duplicate", words, { place });
    }
    ids.add(id);
    return item;
  });
}
