export type { StaticToken, TokenAuthenticator } from "./access/authenticate.ts";
export { authenticatedGroup, mastersGroup, serviceAccountName, type User } from "./access/user.ts";
export { type KubernetesOptions, type KubernetesServer, openKubernetes } from "./server/server.ts";
export type { NodeConnection } from "./subresources/node-connection.ts";
