import { RegistryProblem } from "./problem.ts";

/** What a path of the distribution protocol addresses. */
export type Route =
  | { readonly kind: "base" }
  | { readonly kind: "catalog" }
  | { readonly kind: "blob"; readonly repository: string; readonly digest: string }
  | { readonly kind: "uploads"; readonly repository: string }
  | { readonly kind: "upload"; readonly repository: string; readonly upload: string }
  | { readonly kind: "manifest"; readonly repository: string; readonly reference: string }
  | { readonly kind: "tags"; readonly repository: string }
  | { readonly kind: "referrers"; readonly repository: string; readonly digest: string };

const component = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;

/** Tells whether a text can name a repository (distribution-spec, "Pulling manifests": `<name>`). */
export function isRepositoryName(name: string): boolean {
  return name.length <= 255 && name.split("/").every((part) => component.test(part));
}

/** Tells whether a text can be a tag. */
export function isTag(text: string): boolean {
  return /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(text);
}

/** Reads a path; undefined when it is none of the protocol's. Throws NAME_INVALID for a bad repository. */
export function parseRoute(path: string): Route | undefined {
  if (path === "/v2" || path === "/v2/") return { kind: "base" };
  if (path === "/v2/_catalog") return { kind: "catalog" };
  if (!path.startsWith("/v2/")) return undefined;
  const parts = path.slice("/v2/".length).split("/");
  const last = parts.pop() ?? "";
  const noun = parts.pop() ?? "";
  if (noun === "uploads" && parts.at(-1) === "blobs") {
    const repository = checkedName(parts.slice(0, -1));
    return last === "" ? { kind: "uploads", repository } : { kind: "upload", repository, upload: last };
  }
  if (noun === "blobs" && last === "uploads") return { kind: "uploads", repository: checkedName(parts) };
  if (noun === "blobs") return { kind: "blob", repository: checkedName(parts), digest: last };
  if (noun === "manifests") return { kind: "manifest", repository: checkedName(parts), reference: last };
  if (noun === "referrers") return { kind: "referrers", repository: checkedName(parts), digest: last };
  if (noun === "tags" && last === "list") return { kind: "tags", repository: checkedName(parts) };
  return undefined;
}

function checkedName(parts: readonly string[]): string {
  const name = parts.join("/");
  if (!isRepositoryName(name)) {
    throw new RegistryProblem("NAME_INVALID", `${JSON.stringify(name)} can't name a repository`);
  }
  return name;
}
