import type { Response } from "@catalyst/ports/transport";
import { json } from "./answers.ts";
import { branchProtectionRoutes } from "./branch-protections.ts";
import { commitRoutes } from "./commits.ts";
import { contentRoutes } from "./content.ts";
import { hookRoutes } from "./hooks.ts";
import { organizationRoutes } from "./organizations.ts";
import { repositoryRoutes } from "./repositories.ts";
import type { RestCall, RestRoutes } from "./router.ts";
import { statusRoutes } from "./statuses.ts";

/** The Gitea release whose paths, shapes and status codes the answers have. */
const giteaVersion = "1.26.0";

/** Every REST route there is. */
export const restRoutes: RestRoutes = [
  { method: "GET", path: "/version", demands: "sign-in", handle: getVersion },
  { method: "GET", path: "/user", demands: "sign-in", handle: getUser },
  ...organizationRoutes,
  ...repositoryRoutes,
  ...contentRoutes,
  ...commitRoutes,
  ...branchProtectionRoutes,
  ...hookRoutes,
  ...statusRoutes,
];

async function getVersion(): Promise<Response> {
  return json(200, { version: giteaVersion });
}

async function getUser({ context, principal }: RestCall): Promise<Response> {
  return json(200, context.shapes.user(principal));
}
