import type { Response } from "@catalyst/ports/transport";
import { issuerOf, keyId, verifyingKey } from "../access/service-account-token.ts";
import { notAcceptableAs } from "../request/errors.ts";
import type { PathCall } from "./discovery.ts";

const configurationPath = "/.well-known/openid-configuration";
const keysPath = "/openid/v1/jwks";

/** Said of both documents, in seconds; upstream's. */
const maxAge = 3600;

/**
 * Answers what others need to verify the cluster's ServiceAccount tokens: the issuer's configuration (OpenID
 * Connect Discovery 1.0) and its keys (RFC 7517); undefined for another path. Throws StatusError 406.
 */
export function issuerDocument(call: PathCall, path: string): Response | undefined {
  if (path === configurationPath) return send(call, "application/json", configuration(call));
  if (path === keysPath) return send(call, "application/jwk-set+json", { keys: [key(call)] });
  return undefined;
}

/** The keys are where the caller found the configuration: at the host it named, over TLS. */
function configuration({ cluster, basePath, request }: PathCall): object {
  const host = request.headers["host"] ?? "kubernetes.default.svc.cluster.local";
  return {
    issuer: issuerOf(cluster),
    jwks_uri: `https://${host}${basePath}${keysPath}`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  };
}

function key({ cluster }: PathCall): object {
  const { kty, crv, x, y } = verifyingKey(cluster).export({ format: "jwk" });
  return { use: "sig", kty, kid: keyId(cluster), crv, alg: "ES256", x, y };
}

function send({ request }: PathCall, type: string, json: object): Response {
  const accepted = (request.headers["accept"] ?? "*/*")
    .split(",")
    .map((range) => range.split(";")[0]!.trim());
  if (!accepted.some((range) => ["*/*", "application/*", type].includes(range))) throw notAcceptableAs(type);
  return {
    status: 200,
    headers: { "content-type": type, "cache-control": `public, max-age=${maxAge}` },
    json,
  };
}
