import { httpTransport } from "@catalyst/adapter-http";
import { vaultSecrets } from "@catalyst/adapter-vault";
import type { Clock } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import { externalSecretsControllers } from "@catalyst/embedded-external-secrets";
import type { SecretStore } from "@catalyst/ports/secrets";
import type { Controller } from "@catalyst/reconciler";

/** Where the Sovereign's own secret store is reached. */
export function vaultAddress(origin: string): string {
  return `${origin}/vault`;
}

export interface SovereignSecretsOptions {
  readonly origin: string;
  /** The Sovereign's own secret store by somebody's token. */
  secretStore(token: string): SecretStore;
}

/** Makes External Secrets' controllers, with the Sovereign's own secret store in process. */
export function secretsControllers({ origin, secretStore }: SovereignSecretsOptions): readonly Controller[] {
  return externalSecretsControllers({
    openVault: ({ server, mount, token }) => {
      if (server === vaultAddress(origin) && mount === "secret") return secretStore(token);
      const headers = { "x-vault-token": token };
      return vaultSecrets({ transport: httpTransport({ baseUrl: server, headers }), mount });
    },
  });
}

/** How often values that nothing needs any longer are looked for, in milliseconds. */
const sweepInterval = 60 * 60_000;

export interface SweepingOptions {
  environments(): readonly string[];
  sweep(environment: string): Promise<number>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Sweeps every Environment's values again and again, first after an interval; stops with the signal. */
export async function keepSweeping(options: SweepingOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options;
  for (;;) {
    await clock.sleep(sweepInterval, signal).catch(() => undefined);
    if (signal.aborted) return;
    for (const environment of options.environments()) {
      try {
        const destroyed = await options.sweep(environment);
        if (destroyed > 0) logger.info("values nothing refers to were destroyed", { environment, destroyed });
      } catch (error) {
        logger.warn("values weren't swept", { environment, error: errorMessage(error) });
      }
    }
  }
}
