import { jsonEqual } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { isAllowed } from "../access/authorize.ts";
import { mastersGroup } from "../access/user.ts";
import { requestedOrganizations } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import { forbidden } from "../request/errors.ts";

/** Where requests for certificates are stored. */
export const certificateRequestResource = "certificates.k8s.io/certificatesigningrequests";

const clientSigner = "kubernetes.io/kube-apiserver-client";

interface RequestSpec {
  readonly request?: string;
  readonly signerName?: string;
}

/**
 * Writes down who asks, whatever the request says of it. Nobody asks for a client's certificate of the group that
 * may do everything. Throws StatusError 403. Source: upstream's strategy, and its CertificateSubjectRestriction.
 */
export function admitCertificateRequest(call: Call, request: KubeObject): KubeObject {
  const { name, uid, groups, extra } = call.user;
  const spec = (request.spec ?? {}) as RequestSpec & Readonly<Record<string, unknown>>;
  if (spec.signerName === clientSigner) {
    const pem = Buffer.from(spec.request ?? "", "base64").toString("latin1");
    if (requestedOrganizations(pem).includes(mastersGroup)) {
      const why = `use of ${clientSigner} signer with ${mastersGroup} group is not allowed`;
      throw forbidden(call.kind, request.metadata.name, why);
    }
  }
  const { username: _username, uid: _uid, groups: _groups, extra: _extra, ...asked } = spec;
  const by = {
    username: name,
    ...(uid === undefined ? {} : { uid }),
    groups,
    ...(extra === undefined ? {} : { extra }),
  };
  return { ...request, spec: { ...asked, ...by } };
}

/** Lets those approve or deny a request who may `approve` for its signer. Throws StatusError 403. */
export function admitApproval(call: Call, request: KubeObject, stored: KubeObject): KubeObject {
  checkSigner(call, stored, "approve");
  return request;
}

/** Lets those sign a request, or say that they can't, who may `sign` for its signer. Throws StatusError 403. */
export function admitSigning(call: Call, request: KubeObject, stored: KubeObject): KubeObject {
  const [now, before] = [request, stored].map(
    (one) => (one.status ?? {}) as { readonly certificate?: string; readonly conditions?: unknown },
  );
  const same =
    now?.certificate === before?.certificate && jsonEqual(now?.conditions ?? [], before?.conditions ?? []);
  if (!same) checkSigner(call, stored, "sign");
  return request;
}

/** A signer is allowed by its name, or all of its domain by `domain/*`. */
function checkSigner(call: Call, request: KubeObject, verb: "approve" | "sign"): void {
  const { signerName = "" } = request.spec as RequestSpec;
  const names = [signerName, `${signerName.split("/")[0]}/*`];
  const allowed = names.some((name) =>
    isAllowed(call.cluster, {
      user: call.user,
      verb,
      group: "certificates.k8s.io",
      resource: "signers",
      subresource: "",
      namespace: "",
      name,
    }),
  );
  if (allowed) return;
  const why = `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`;
  throw forbidden(call.kind, request.metadata.name, why);
}
