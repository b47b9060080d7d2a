export type { StaticToken, TokenAuthenticator } from "./access/authenticate.ts";
export { readAuthenticationConfiguration } from "./access/oidc/configuration.ts";
export type { JwtIssuer } from "./access/oidc/issuer.ts";
export { authenticatedGroup, mastersGroup, serviceAccountName, type User } from "./access/user.ts";
export type { AuditOptions } from "./audit/audit.ts";
export type { AuditEvent } from "./audit/event.ts";
export type { AuditPolicy } from "./audit/policy.ts";
export type { CertificateOrder } from "./authority/cluster-authority.ts";
export {
  type CertificateUser,
  type IssuedCertificate,
  type LocalAuthority,
  localAuthority,
  type ServerNames,
} from "./authority/local-authority.ts";
export type { ServerControllerName } from "./controllers/controllers.ts";
export { threeWayPatch } from "./machinery/patch/three-way-patch.ts";
export { builtinForm } from "./machinery/write/builtin-form.ts";
export { type KubernetesOptions, type KubernetesServer, openKubernetes } from "./server/server.ts";
export type { NodeConnection } from "./subresources/node-connection.ts";
