import type { KubeObject } from "../index.ts";

/** Who everything is recorded as. */
const requester = { username: "admin", uid: "admin", groups: ["system:masters", "system:authenticated"] };

/** A request for a certificate with who asks for it, which the server writes into it. */
export function asRequested(object: KubeObject): KubeObject {
  if (object.kind !== "CertificateSigningRequest") return object;
  return { ...object, spec: { ...(object.spec as object), ...requester } };
}
