import type { ClusterClient } from "./client.ts";
import type { KubeObject } from "./object.ts";
import type { ResourceType } from "./resource.ts";

/** A question whether somebody may do something; it is created to be answered, and never stored. */
export interface SubjectAccessReview extends KubeObject {
  readonly spec: {
    readonly user?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
    readonly resourceAttributes: {
      readonly group: string;
      readonly version: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly verb: string;
      readonly namespace?: string;
      readonly name?: string;
    };
  };
  readonly status?: { readonly allowed: boolean };
}

export const subjectAccessReviews: ResourceType<SubjectAccessReview> = {
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  namespaced: false,
};

/** Somebody as a cluster knows them. */
export interface ClusterUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What somebody wants to read: one object, or all of a kind in a namespace, or everywhere. */
export interface WantedRead {
  readonly type: ResourceType;
  /** Undefined: a cluster-wide kind, or all namespaces. */
  readonly namespace?: string | undefined;
  /** Undefined: the list. */
  readonly name?: string | undefined;
}

/** Asks a cluster whether somebody may read something there. Throws KubernetesError. */
export async function mayRead(
  client: Pick<ClusterClient, "create">,
  user: ClusterUser,
  { type, namespace, name }: WantedRead,
): Promise<boolean> {
  const review = await client.create(subjectAccessReviews, {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    // such a review has no name
    metadata: {} as KubeObject["metadata"],
    spec: {
      user: user.name,
      groups: user.groups,
      resourceAttributes: {
        group: type.group,
        version: type.version,
        resource: type.plural,
        verb: name === undefined ? "list" : "get",
        ...(namespace === undefined ? {} : { namespace }),
        ...(name === undefined ? {} : { name }),
      },
    },
  });
  return review.status?.allowed === true;
}
