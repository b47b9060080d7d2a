import type { Member, OrganizationRole } from "@catalyst/model/role";
import { describe, expect, it } from "vitest";
import type { Permission } from "./permissions.ts";
import { type Principal, requirePermission } from "./principal.ts";

const principal = (user: string, more: Partial<Principal> = {}): Principal => ({
  user,
  name: user,
  email: "",
  sovereignAdmin: false,
  scope: "write",
  via: "session",
  ...more,
});

const members: Readonly<Record<string, readonly Member[]>> = {
  acme: [
    { user: "ada", role: "org-admin" },
    { user: "dev", role: "org-developer", environments: ["acme-dev"] },
    { user: "eve", role: "org-viewer" },
    { user: "sec", role: "security-officer" },
    { user: "bill", role: "billing-admin" },
  ],
  other: [{ user: "zoe", role: "org-admin" }],
};
const membersOf = (organization: string) => members[organization];

function verdict(
  who: Principal,
  permission: Permission,
  place: { organization?: string; environment?: string },
): string {
  try {
    requirePermission(who, permission, place, membersOf);
    return "allowed";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("roles inside an Organization", () => {
  const rows: readonly [string, OrganizationRole, Permission, string][] = [
    ["ada", "org-admin", "organization.admin", "allowed"],
    ["ada", "org-admin", "application.write", "allowed"],
    ["dev", "org-developer", "application.write", "allowed"],
    ["dev", "org-developer", "organization.admin", "forbidden"],
    ["eve", "org-viewer", "organization.read", "allowed"],
    ["eve", "org-viewer", "application.write", "forbidden"],
    ["eve", "org-viewer", "application.logs", "forbidden"],
    ["sec", "security-officer", "application.logs", "allowed"],
    ["sec", "security-officer", "application.write", "forbidden"],
    ["bill", "billing-admin", "organization.read", "allowed"],
    ["bill", "billing-admin", "application.write", "forbidden"],
    ["ada", "org-admin", "sovereign.admin", "forbidden"],
  ];
  it.each(rows)("%s (%s) asking for %s is %s", (user, _role, permission, expected) => {
    expect(verdict(principal(user), permission, { environment: "acme-dev" })).toBe(expected);
  });
});

describe("what one has no part in doesn't exist", () => {
  it.each([
    ["another Organization", "zoe", { organization: "acme" }],
    ["another Organization's Environment", "zoe", { environment: "acme-dev" }],
    ["an Environment outside one's list", "dev", { environment: "acme-prod" }],
    ["an Organization that isn't there", "ada", { organization: "nope" }],
    ["a name that can't be an Environment's", "ada", { environment: "acme" }],
  ])("%s", (_name, user, place) => {
    expect(verdict(principal(user), "organization.read", place)).toBe("not-found");
  });

  it("not for a sovereign-admin, unless it isn't there", () => {
    const root = principal("root", { sovereignAdmin: true });
    expect(verdict(root, "organization.admin", { organization: "acme" })).toBe("allowed");
    expect(verdict(root, "organization.read", { organization: "nope" })).toBe("not-found");
  });
});

describe("a token made for reading", () => {
  it.each([
    ["organization.read", "allowed"],
    ["application.logs", "allowed"],
    ["application.write", "forbidden"],
    ["organization.admin", "forbidden"],
    ["sovereign.admin", "forbidden"],
  ] as const)("asking for %s is %s, even of a sovereign-admin", (permission, expected) => {
    const token = principal("root", { sovereignAdmin: true, scope: "read", via: "token" });
    expect(verdict(token, permission, { environment: "acme-dev" })).toBe(expected);
  });
});
