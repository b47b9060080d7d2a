import { rfc3339 } from "@catalyst/base/clock";
import {
  type CertificateCondition,
  type CertificateSigningRequest,
  type ClusterName,
  certificateSigningRequests,
  isKubernetesError,
  subjectAccessReviews,
} from "@catalyst/ports/kubernetes";
import type { Controller, ReconcileContext, ReconcileRequest, ReconcileResult } from "@catalyst/reconciler";
import { type Approval, decideRequest } from "./decide.ts";
import { pemOf } from "./signers.ts";

/** Signs requests for certificates in the name of clusters: the API server, which takes what it signed. */
export interface CertificateSigner {
  /** Signs a request (PEM) that was approved; gives the certificate as PEM. `lifetime` in milliseconds. */
  signCertificate(
    cluster: ClusterName,
    order: { readonly request: string; readonly usages: readonly string[]; readonly lifetime: number },
  ): Promise<string>;
}

/** What a kubelet may do changes seldom: so long until it is asked again (milliseconds). */
const askAgain = 60_000;

/** Approves what kubelets ask for themselves, signs what is approved, and removes what is old. */
export function certificateSigningRequestController(
  signer: CertificateSigner,
): Controller<CertificateSigningRequest> {
  return {
    name: "certificate-signing-request",
    type: certificateSigningRequests,
    reconcile: async (request, context) => {
      const { object } = context;
      if (object === undefined || object.metadata.deletionTimestamp !== undefined)
        return { outcome: "settled" };
      return act(request, context, object, signer);
    },
  };
}

async function act(
  { cluster }: ReconcileRequest,
  { clusters, clock }: ReconcileContext<CertificateSigningRequest>,
  request: CertificateSigningRequest,
  signer: CertificateSigner,
): Promise<ReconcileResult> {
  const client = clusters.client(cluster);
  const { decision, endsAt } = decideRequest(request, clock.now());
  const until = endsAt === undefined ? undefined : endsAt - clock.now() + 1;
  const { name, uid } = request.metadata;
  switch (decision.action) {
    case "none":
      return { outcome: "settled", recheckAfter: until };
    case "delete":
      await client.delete(certificateSigningRequests, { name }, { uid });
      return { outcome: "settled" };
    case "approve": {
      const approval = await firstRight(client, request, decision.by);
      if (approval === undefined) {
        const reason = "nobody who asks may have it without a person's approval";
        return { outcome: "waiting", reason, recheckAfter: Math.min(askAgain, until ?? askAgain) };
      }
      await approve(client, request, approval);
      return { outcome: "settled" };
    }
    case "fail": {
      const { message } = decision;
      const lastUpdateTime = rfc3339(clock.now());
      await say(client, request, {
        conditions: [
          ...(request.status?.conditions ?? []),
          { type: "Failed", status: "True", reason: "SignerValidationFailure", message, lastUpdateTime },
        ],
      });
      return { outcome: "settled" };
    }
    case "sign": {
      const { usages = [], request: text } = request.spec;
      const pem = await signer.signCertificate(cluster, {
        request: pemOf(text),
        usages,
        lifetime: decision.lifetime,
      });
      await say(client, request, { certificate: Buffer.from(pem).toString("base64") });
      return { outcome: "settled" };
    }
  }
}

type Client = ReturnType<ReconcileContext["clusters"]["client"]>;

/** The first of some rights that whoever asks has. */
async function firstRight(
  client: Client,
  { metadata, spec }: CertificateSigningRequest,
  approvals: readonly Approval[],
): Promise<Approval | undefined> {
  const { username: user = "", uid, groups = [], extra } = spec;
  for (const approval of approvals) {
    const review = await client.create(subjectAccessReviews, {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      // such a review has no name
      metadata: {} as typeof metadata,
      spec: {
        user,
        ...(uid === undefined ? {} : { uid }),
        groups,
        ...(extra === undefined ? {} : { extra }),
        resourceAttributes: {
          group: certificateSigningRequests.group,
          version: "*",
          resource: certificateSigningRequests.plural,
          subresource: approval.subresource,
          verb: "create",
        },
      },
    });
    if (review.status?.allowed === true) return approval;
  }
  return undefined;
}

async function approve(
  client: Client,
  request: CertificateSigningRequest,
  { message }: Approval,
): Promise<void> {
  const { name, resourceVersion } = request.metadata;
  const approved: CertificateCondition = {
    type: "Approved",
    status: "True",
    reason: "AutoApproved",
    message,
  };
  const conditions = [...(request.status?.conditions ?? []), approved];
  const patch = { metadata: { resourceVersion }, status: { conditions } };
  await unlessGone(
    client.mergePatch(certificateSigningRequests, { name }, patch, { subresource: "approval" }),
  );
}

async function say(
  client: Client,
  request: CertificateSigningRequest,
  status: CertificateSigningRequest["status"],
): Promise<void> {
  const changed = { ...request, status: { ...request.status, ...status } };
  await unlessGone(client.updateStatus(certificateSigningRequests, changed));
}

async function unlessGone(write: Promise<unknown>): Promise<void> {
  await write.catch((error: unknown) => {
    if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
  });
}
