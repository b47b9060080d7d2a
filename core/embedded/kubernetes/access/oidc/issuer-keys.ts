import { request } from "node:https";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { JWTVerifyGetKey } from "jose";
import type { JwtIssuer } from "./issuer.ts";

/** Time the issuer has to answer (milliseconds). */
const patience = 10_000;
/** Largest answer read (bytes). */
const answerLimit = 1024 * 1024;

/** Finds the keys of an issuer by its discovery document. Throws when that can't be had or isn't the issuer's. */
export async function discoverKeys({ issuer }: JwtIssuer, fetcher: typeof fetch): Promise<JWTVerifyGetKey> {
  const { createRemoteJWKSet, customFetch } = await import("jose");
  const { url, certificateAuthority: ca } = issuer;
  const ask = ca === undefined ? fetcher : trusting(ca);
  const address = issuer.discoveryURL ?? `${url.replace(/\/$/, "")}/.well-known/openid-configuration`;
  // a redirect could lead to keys of somebody else's
  const options = { redirect: "error", signal: AbortSignal.timeout(patience) } as const;
  const response = await ask(address, options).catch((error: unknown) => {
    // fetch says only that it failed, and why in its cause
    const why = errorMessage((error as Error).cause ?? error);
    throw new CatalystError("identity-provider-unreachable", `${address} can't be asked: ${why}`, {
      cause: error,
    });
  });
  const found: unknown = response.ok ? await response.json() : undefined;
  if (!isObject(found) || found["issuer"] !== url || typeof found["jwks_uri"] !== "string") {
    throw new Error(`the discovery document of ${url} can't be used (status ${response.status})`);
  }
  return createRemoteJWKSet(new URL(found["jwks_uri"]), { [customFetch]: ask, timeoutDuration: patience });
}

/** Fetches over TLS from servers that an authority vouches for; Node's own fetch trusts those of the machine alone. */
function trusting(ca: string): typeof fetch {
  return (input, { signal } = {}) =>
    new Promise((resolve, reject) => {
      const options = { ca, agent: false, ...(signal == null ? {} : { signal }) };
      const sent = request(String(input), options, (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > answerLimit) sent.destroy(new Error(`${String(input)} answers too much`));
          else chunks.push(chunk);
        });
        answer.once("error", reject);
        answer.once("end", () => {
          const { statusCode: status = 500 } = answer;
          const isBare = status === 204 || status === 304;
          resolve(new Response(isBare ? null : Buffer.concat(chunks), { status }));
        });
      });
      sent.once("error", reject).end();
    });
}
