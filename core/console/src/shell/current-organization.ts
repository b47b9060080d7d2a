import { useParams } from "@tanstack/react-router";
import type { Me } from "../api/queries.ts";
import { organizationOf } from "../api/role.ts";
import { lastEnvironment } from "./last-environment.ts";

/** The Organization one is in: by the page, by the Environment looked at last, or the first there is. */
export function useCurrentOrganization(me: Me): string | undefined {
  const { organization, environment } = useParams({ strict: false });
  const names = me.organizations.map(({ name }) => name);
  const candidates = [organization, organizationOf(environment), organizationOf(lastEnvironment())];
  return candidates.find((name) => name !== undefined && names.includes(name)) ?? names[0];
}
