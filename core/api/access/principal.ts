import { CatalystError } from "@catalyst/base/errors";
import { parseEnvironmentName } from "@catalyst/model/naming";
import type { Member } from "@catalyst/model/role";
import { isReading, type Permission, roleAllows } from "./permissions.ts";

/** Who calls, as sign-in or a token says. */
export interface Principal {
  readonly user: string;
  readonly name: string;
  readonly email: string;
  readonly sovereignAdmin: boolean;
  /** What the credential itself carries: a browser session everything, a token what it was made for. */
  readonly scope: "read" | "write";
  readonly via: "session" | "token" | "jwt";
  /** The end of the credential's authority (milliseconds since the epoch): nothing made with it outlives that. */
  readonly notAfter?: number | undefined;
}

/** An Organization's members, newest state; undefined when there's no such Organization. */
export type MembersOf = (organization: string) => readonly Member[] | undefined;

/**
 * Refuses unless the principal may do this in that Organization (and Environment). Throws `not-found` for an
 * Organization it has no part in, whether it exists or not, and `forbidden` where a role is missing.
 */
export function requirePermission(
  principal: Principal,
  permission: Permission,
  place: { readonly organization?: string | undefined; readonly environment?: string | undefined },
  membersOf: MembersOf,
): void {
  if (permission === "public") return;
  if (principal.scope === "read" && !isReading(permission)) {
    throw new CatalystError("forbidden", "this token may only read", {
      hint: "Use a token with scope write.",
    });
  }
  if (permission === "signed-in" || permission === "account.write") return;
  const organization =
    place.organization ?? (place.environment === undefined ? undefined : organizationOf(place.environment));
  if (organization !== undefined && membersOf(organization) === undefined) throw notFound(place);
  if (principal.sovereignAdmin) return;
  if (organization === undefined) throw forAdmins();
  const member = membersOf(organization)?.find((candidate) => candidate.user === principal.user);
  const outside =
    member?.environments !== undefined &&
    place.environment !== undefined &&
    !member.environments.includes(place.environment);
  if (member === undefined || outside) throw notFound(place);
  if (permission === "sovereign.admin") throw forAdmins();
  if (!roleAllows(member.role, permission)) {
    throw new CatalystError("forbidden", `your role, ${member.role}, may not do this in ${organization}`, {
      hint: "Ask an org-admin.",
    });
  }
}

/** Tells whether a principal may see an Environment at all; for lists and streams. */
export function maySee(
  principal: Principal,
  place: { readonly organization: string; readonly environment?: string | undefined },
  membersOf: MembersOf,
): boolean {
  if (principal.sovereignAdmin) return true;
  const member = membersOf(place.organization)?.find((candidate) => candidate.user === principal.user);
  if (member === undefined) return false;
  return (
    place.environment === undefined ||
    member.environments === undefined ||
    member.environments.includes(place.environment)
  );
}

function forAdmins(): CatalystError {
  return new CatalystError("forbidden", "only a sovereign-admin may do this");
}

function organizationOf(environment: string): string {
  try {
    return parseEnvironmentName(environment).organization;
  } catch {
    throw notFound({ environment });
  }
}

function notFound(place: {
  readonly organization?: string | undefined;
  readonly environment?: string | undefined;
}): CatalystError {
  const what =
    place.environment === undefined
      ? `Organization "${place.organization}"`
      : `Environment "${place.environment}"`;
  return new CatalystError("not-found", `there is no ${what}`);
}
