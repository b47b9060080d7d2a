import { asksUpgrade, type Headers, type Request, type Response } from "@catalyst/ports/transport";
import { refusal } from "../offer.ts";

const protocolHeader = "x-stream-protocol-version";

/**
 * Chooses the protocol spoken inside SPDY: the caller's best of those that are `supported`. Gives the headers that
 * accept it, or the refusal.
 */
export function spdyHandshake(
  { headers }: Pick<Request, "headers">,
  supported: readonly string[],
): { readonly protocol: string; readonly headers: Headers } | Response {
  if (!(asksUpgrade(headers) ?? "").includes("spdy/3.1"))
    return refusal(400, "unable to upgrade: missing upgrade headers in request");
  const offered = offeredIn(headers[protocolHeader]);
  if (offered.length === 0)
    return refusal(400, "unable to upgrade: the header X-Stream-Protocol-Version names no protocol");
  const protocol = offered.find((name) => supported.includes(name));
  if (protocol === undefined) {
    const text = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(" ")}], server accepts [${supported.join(" ")}]`;
    return refusal(403, text, { "x-accepted-stream-protocol-versions": supported.join(", ") });
  }
  return { protocol, headers: { connection: "Upgrade", upgrade: "SPDY/3.1", [protocolHeader]: protocol } };
}

function offeredIn(header: string | undefined): readonly string[] {
  return (header ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
