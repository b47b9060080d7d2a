import { type Static, Type } from "@sinclair/typebox";

/** Roles inside an Organization (facts §1). */
export const organizationRoleSchema = Type.Union([
  Type.Literal("org-admin"),
  Type.Literal("org-developer"),
  Type.Literal("org-viewer"),
  Type.Literal("security-officer"),
  Type.Literal("billing-admin"),
]);
export type OrganizationRole = Static<typeof organizationRoleSchema>;

/** Every role; sovereign-admin stands above Organizations. */
export type Role = "sovereign-admin" | OrganizationRole;

export const organizationRoles: readonly OrganizationRole[] = [
  "org-admin",
  "org-developer",
  "org-viewer",
  "security-officer",
  "billing-admin",
];

/** One user's role in an Organization. */
export const memberSchema = Type.Object({
  user: Type.String({ description: "The user's name, as the identity provider gives it." }),
  role: organizationRoleSchema,
  environments: Type.Optional(
    Type.Array(Type.String(), { description: "Only these Environments; absent: all of the Organization's." }),
  ),
});
export type Member = Static<typeof memberSchema>;
