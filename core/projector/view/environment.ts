import type { Phase } from "@catalyst/model/application";
import type { Environment } from "@catalyst/model/environment";
import type { Organization } from "@catalyst/model/organization";
import type { EnvironmentView, OrganizationView } from "@catalyst/model/view";
import { environments, organizations } from "@catalyst/ports/kubernetes";
import type { ScopeState } from "../state/state.ts";
import { applicationPhases } from "./application.ts";
import { objectOf, objectsOf } from "./lookup.ts";

/** An Organization, from the Sovereign's state. */
export function organizationView(sovereign: ScopeState, name: string): OrganizationView | undefined {
  const organization = objectOf(sovereign, organizations, "", name);
  return organization === undefined ? undefined : viewOfOrganization(sovereign, organization);
}

/** All Organizations, by name. */
export function organizationViews(sovereign: ScopeState): readonly OrganizationView[] {
  return [...objectsOf(sovereign, organizations)]
    .map((item) => viewOfOrganization(sovereign, item))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function viewOfOrganization(
  sovereign: ScopeState,
  { metadata, spec, status }: Organization,
): OrganizationView {
  return {
    name: metadata.name,
    displayName: spec.displayName ?? metadata.name,
    ready: isReady(status?.conditions),
    members: spec.members ?? [],
    environments: [...objectsOf(sovereign, environments, metadata.name)]
      .map((environment) => environment.metadata.name)
      .sort(),
    conditions: status?.conditions ?? [],
    createdAt: metadata.creationTimestamp ?? "",
    version: metadata.resourceVersion ?? "",
  };
}

/** An Environment, from its object and its own state. */
export function environmentView(own: ScopeState, environment: Environment): EnvironmentView {
  const { metadata, spec, status } = environment;
  const ready = status?.conditions?.find((condition) => condition.type === "Ready");
  const all = applicationPhases(own);
  const inPhase = (...phases: readonly Phase[]) => all.filter((phase) => phases.includes(phase)).length;
  return {
    name: metadata.name,
    organization: spec.organization,
    type: spec.envType,
    displayName: spec.displayName ?? metadata.name,
    ready: ready?.status === "True",
    ...(ready === undefined || ready.status === "True" ? {} : { message: ready.message }),
    ...(status?.repositoryUrl === undefined ? {} : { repositoryUrl: status.repositoryUrl }),
    ...(status?.revision === undefined ? {} : { revision: status.revision }),
    applications: { total: all.length, running: inPhase("Running"), failed: inPhase("Failed", "Degraded") },
    ...(spec.placement === undefined ? {} : { placement: spec.placement }),
    conditions: status?.conditions ?? [],
    createdAt: metadata.creationTimestamp ?? "",
    version: metadata.resourceVersion ?? "",
  };
}

function isReady(
  conditions: readonly { readonly type: string; readonly status: string }[] | undefined,
): boolean {
  return conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
}
