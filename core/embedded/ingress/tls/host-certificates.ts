import { createSecureContext, type SecureContext } from "node:tls";
import type { Clock } from "@catalyst/base/clock";
import { type ClusterName, type ObjectKey, type Secret, secrets } from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import { type CertificatePair, certificateProblem, isGoodFor, pairOf } from "./certificate.ts";

/** Issues a certificate that callers who trust the local authority take for these names. */
export type IssueCertificate = (dns: readonly string[]) => Promise<CertificatePair>;

/** How many certificates are kept at hand. */
const mostKept = 512;
/** Milliseconds after which a certificate at hand is looked at anew: it may have ended. */
const keptFor = 3600_000;

interface Kept {
  readonly context: SecureContext;
  readonly until: number;
}

/** The certificate for each host: of the Secret that is named for it, else one of the local authority. */
export class HostCertificates {
  readonly #issue: IssueCertificate;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Promise<Kept>>();

  constructor(issue: IssueCertificate, clock: Clock) {
    this.#issue = issue;
    this.#clock = clock;
  }

  /** Gives what is shown for a host; `named` are the Secrets to be used, by preference. */
  async for(
    host: string,
    cache: ObjectCache,
    cluster: ClusterName,
    named: readonly ObjectKey[],
  ): Promise<SecureContext> {
    const now = this.#clock.now();
    for (const key of named) {
      const secret = cache.get<Secret>(cluster, secrets, key);
      if (secret === undefined || certificateProblem(secret) !== undefined) continue;
      const pair = pairOf(secret);
      if (!isGoodFor(pair, host, now)) continue;
      const { uid, resourceVersion } = secret.metadata;
      return this.#keep(`${uid}/${resourceVersion}`, async () => pair);
    }
    return this.#keep(`host/${host}`, () => this.#issue([host]));
  }

  async #keep(key: string, make: () => Promise<CertificatePair>): Promise<SecureContext> {
    const now = this.#clock.now();
    const known = await this.#kept.get(key)?.catch(() => undefined);
    if (known !== undefined && now < known.until) return known.context;
    const making = make().then((pair) => ({
      context: createSecureContext({ ...pair }),
      until: now + keptFor,
    }));
    this.#kept.set(key, making);
    making.catch(() => this.#kept.delete(key));
    // the oldest goes first: whoever makes up names can't fill the memory
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return (await making).context;
  }
}
