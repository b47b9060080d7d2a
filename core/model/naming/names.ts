import { environmentTypes } from "./environment-name.ts";

/** Organization slugs; source: resources.md. */
export const organizationPattern = "^[a-z][a-z0-9-]{1,30}[a-z0-9]$";

/** Application names: a DNS label, at most 40 characters, since it is the Helm release's name as well. */
export const applicationPattern = "^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$";

/** Blueprint names. */
export const blueprintPattern = "^bp-[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$";

const dimensionCodes = [
  // providers, regions, building blocks (facts: code tables); Environment types are added below
  "hz",
  "hw",
  "oci",
  "aws",
  "gcp",
  "az",
  "ct",
  "fsn",
  "nbg",
  "hel",
  "ash",
  "hil",
  "sin",
  "apse",
  "cnn",
  "las",
  "mer",
  "dxb",
  "fra",
  "sg",
  "iad",
  "syd",
  "eu",
  "rtz",
  "dmz",
  "mgt",
];

const reservedOrganizations = new Set([
  "system",
  "flux",
  "crossplane",
  "catalyst",
  "gitea",
  "catalog",
  "catalog-sovereign",
  "default",
  "flux-system",
  "applications",
  ...dimensionCodes,
  ...Object.keys(environmentTypes),
]);

/** Says why a slug can't name an Organization; undefined when it can. */
export function organizationNameProblem(name: string): string | undefined {
  if (!new RegExp(organizationPattern).test(name)) {
    return `"${name}" is not an Organization's name: 3 to 32 lower-case letters, digits and hyphens, beginning with a letter`;
  }
  if (reservedOrganizations.has(name) || name.startsWith("kube-") || name.startsWith("catalyst-")) {
    return `"${name}" is reserved`;
  }
  return undefined;
}

/** Says why a text can't name an Application; undefined when it can. */
export function applicationNameProblem(name: string): string | undefined {
  if (!new RegExp(applicationPattern).test(name)) {
    return `"${name}" is not an Application's name: 1 to 40 lower-case letters, digits and hyphens, beginning with a letter`;
  }
  if (name === "applications" || name === "default" || name.startsWith("kube-") || name === "flux-system") {
    return `"${name}" is reserved: a namespace of that name exists in every cluster`;
  }
  return undefined;
}

/** Where public, curated and private Blueprints live in the management cluster. */
export const catalogNamespace = "catalyst-catalog";
export const curatedCatalogNamespace = "catalyst-catalog-sovereign";

/** Where an Environment's cluster holds Application, OCIRepository and HelmRelease. */
export const applicationsNamespace = "applications";

/** Where the management cluster and every Environment's cluster hold Git sources and Kustomizations. */
export const fluxNamespace = "flux-system";

/** The Secret an Application exposes to those that depend on it. */
export function connectionSecretName(application: string): string {
  return `${application}-connection`;
}

/** The repository of Organizations, Environments, policies and Runbooks. */
export const systemRepository = { owner: "system", name: "catalyst-config" } as const;

/** The Kustomization that applies it. Under another name, all that it applied would be pruned. */
export const systemKustomization = "organizations";

/** The read-only mirror of the public Blueprints' sources. */
export const catalogRepository = { owner: "catalog", name: "blueprints" } as const;
