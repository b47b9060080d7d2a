import type { OrganizationRole } from "@catalyst/model/role";

/**
 * What a route lets somebody do. `signed-in` asks for nothing but a valid sign-in, `account.write` for one
 * whose credential may write.
 */
export type Permission =
  | "public"
  | "signed-in"
  | "account.write"
  | "sovereign.admin"
  | "organization.read"
  | "organization.admin"
  | "application.write"
  | "application.logs";

/** Permissions that a role inside an Organization carries. */
type OrganizationPermission = Exclude<
  Permission,
  "public" | "signed-in" | "account.write" | "sovereign.admin"
>;

const everyone: readonly OrganizationRole[] = [
  "org-admin",
  "org-developer",
  "org-viewer",
  "security-officer",
  "billing-admin",
];

/**
 * The one table of roles (facts: roles). A sovereign-admin may everything. Who may not read an Organization
 * is told that it doesn't exist; who may read it but not do this is told so.
 */
const allowed: Readonly<Record<OrganizationPermission, readonly OrganizationRole[]>> = {
  "organization.read": everyone,
  "organization.admin": ["org-admin"],
  "application.write": ["org-admin", "org-developer"],
  "application.logs": ["org-admin", "org-developer", "security-officer"],
};

/** Tells whether a role carries a permission inside its Organization. */
export function roleAllows(role: OrganizationRole, permission: Permission): boolean {
  if (permission === "public" || permission === "signed-in" || permission === "account.write") return true;
  return permission !== "sovereign.admin" && allowed[permission].includes(role);
}

/** Permissions that a token of scope `read` carries. */
export function isReading(permission: Permission): boolean {
  return (
    permission === "public" ||
    permission === "signed-in" ||
    permission === "organization.read" ||
    permission === "application.logs"
  );
}
