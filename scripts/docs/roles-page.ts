import { organizationRoles } from "@catalyst/model/role";
import { isReading, type Permission, roleAllows } from "../../core/api/access/permissions.ts";
import { code, madeBy, table } from "./markdown.ts";

const meaning: Readonly<Record<Permission, string>> = {
  public: "anyone, signed in or not",
  "signed-in": "anyone who is signed in; lists hold only what one may see",
  "account.write": "change one's own tokens and sign-in links",
  "organization.read": "see an Organization, its Environments and Applications, and plan a change",
  "organization.admin": "change an Organization; make, change and remove its Environments",
  "application.write": "install, change, pause, retry, roll back and remove Applications",
  "application.logs": "read the logs of an Application's Pods",
  "sovereign.admin": "make and remove Organizations, read the audit view",
};

/** Prints which role has which permission, by the function that decides it. */
export function rolesPage(): string {
  const rows = (Object.keys(meaning) as Permission[]).map((permission) => [
    code(permission),
    meaning[permission],
    ...organizationRoles.map((role) => (roleAllows(role, permission) ? "yes" : "")),
    isReading(permission) ? "yes" : "",
  ]);
  const sections = [
    "# Roles and permissions",
    madeBy,
    "A sovereign-admin has every permission. A role holds inside its Organization, or inside the Environments that the membership names. The last column: a token of scope `read` carries it.",
    table(["permission", "", ...organizationRoles, "read token"], rows),
  ];
  return `${sections.join("\n\n")}\n`;
}
