import { isAllowed } from "../../access/authorize.ts";
import { serviceAccountUser, type User } from "../../access/user.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { ExpressionAuthorizer } from "../../machinery/cel/index.ts";

/** Answers what a user may do, for `authorizer` in expressions. */
export function expressionAuthorizer(cluster: Cluster, user: User): ExpressionAuthorizer {
  return {
    decide: (question) => {
      const allowed = isAllowed(cluster, { user, ...question });
      return { allowed, reason: "", error: "" };
    },
    forServiceAccount: (namespace, name) =>
      expressionAuthorizer(cluster, serviceAccountUser(namespace, name)),
  };
}
