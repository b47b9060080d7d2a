import { isIP } from "node:net";
import { errorMessage, isCatalystError } from "@catalyst/base/errors";

/** Codes by which a chain of certificates is found not to lead to a trusted authority. */
const untrusted = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
]);

/** Says why no answer came, in upstream's words where it has some. */
export function dialFault(error: unknown, origin: string): string {
  if (isCatalystError(error)) return error.message;
  const { code = "", cert, address, port } = error as Dialled;
  const { hostname } = new URL(origin);
  if (untrusted.has(code)) return `${unverified} certificate signed by unknown authority`;
  switch (code) {
    case "ECONNREFUSED":
      return `dial tcp ${address}:${port}: connect: connection refused`;
    case "ENOTFOUND":
      return `dial tcp: lookup ${hostname}: no such host`;
    case "ECONNRESET":
      return "EOF";
    case "CERT_HAS_EXPIRED":
      return `${unverified} certificate has expired or is not yet valid`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `${unverified} ${wrongName(cert, hostname)}`;
    default:
      return errorMessage(error);
  }
}

const unverified = "tls: failed to verify certificate: x509:";

/** What Node says of a connection that failed. */
interface Dialled {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly cert?: Certificate;
}

interface Certificate {
  readonly subjectaltname?: string;
}

function wrongName(certificate: Certificate | undefined, wanted: string): string {
  const names = (certificate?.subjectaltname ?? "")
    .split(", ")
    .map((name) => name.replace(/^(DNS|IP Address):/, ""));
  const address = isIP(wanted) !== 0;
  const known = names.filter((name) => (isIP(name) !== 0) === address && name !== "");
  if (known.length > 0) return `certificate is valid for ${known.join(", ")}, not ${wanted}`;
  return address
    ? `cannot validate certificate for ${wanted} because it doesn't contain any IP SANs`
    : `certificate is not valid for any names, but wanted to match ${wanted}`;
}

/** What upstream's client says of a status; what else the answer holds is nobody's business here. */
export function statusFault(status: number): string {
  switch (status) {
    case 400:
      return "the server rejected our request for an unknown reason";
    case 401:
      return "the server has asked for the client to provide credentials";
    case 403:
      return "unknown";
    case 404:
      return "the server could not find the requested resource";
    case 405:
      return "the server does not allow this method on the requested resource";
    case 406:
      return "the server was unable to respond with a content type that the client supports";
    case 413:
      return "the server responded with the status code 413 but did not return more information";
    case 429:
      return "the server has received too many requests and has asked us to try again later";
    case 503:
      return "the server is currently unable to handle the request";
    case 504:
      return "the server was unable to return a response in the time allotted, but may still be processing the request";
    default:
      return status >= 500
        ? 'an error on the server ("") has prevented the request from succeeding'
        : `the server responded with the status code ${status} but did not return more information`;
  }
}
