import { useQuery } from "@tanstack/react-query";
import { type Me, queries } from "./queries.ts";

/** Roles that may do it; a sovereign-admin may everything. The API decides, this only shows what it will say. */
const roles = {
  administer: ["org-admin"],
  change: ["org-admin", "org-developer"],
} as const satisfies Record<string, readonly string[]>;

/** Whether the one who is signed in may do something in an Organization. */
export function useMay(act: keyof typeof roles, organization: string | undefined): boolean {
  const { data: me } = useQuery(queries.me());
  return me !== undefined && mayIn(me, act, organization);
}

/** Whether somebody may do something in an Organization. */
export function mayIn(me: Me, act: keyof typeof roles, organization: string | undefined): boolean {
  if (me.sovereignAdmin) return true;
  const role = me.organizations.find(({ name }) => name === organization)?.role;
  const allowed: readonly string[] = roles[act];
  return role !== undefined && allowed.includes(role);
}

/** `acme` of the Environment `acme-prod`. */
export function organizationOf(environment: string | undefined): string | undefined {
  return environment?.slice(0, environment.lastIndexOf("-"));
}
