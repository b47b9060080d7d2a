import type { Request } from "@catalyst/ports/transport";
import type { User } from "../access/user.ts";
import type { AuditRecord } from "../audit/audit.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { ResourceKind } from "../machinery/index.ts";
import type { Parts } from "../server/parts.ts";
import type { Accepted } from "./accept.ts";
import type { ResourceRoute } from "./path.ts";

/** One request for a resource, after authentication. */
export interface Call {
  readonly parts: Parts;
  readonly cluster: Cluster;
  /** Whom the request is done as. */
  readonly user: User;
  /** Who sent it: somebody else when the caller acts as the user. */
  readonly caller: User;
  readonly kind: ResourceKind;
  readonly route: ResourceRoute;
  readonly query: URLSearchParams;
  readonly request: Request;
  /** The account of it; absent when nothing is told. */
  readonly audit?: AuditRecord | undefined;
  readonly accepted: Accepted;
  /** Texts for Warning headers; verbs add to it. */
  readonly warnings: string[];
  /** What admission wants to be said in the request's audit event, by key. */
  readonly annotations: Map<string, string>;
}
