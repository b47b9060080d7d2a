import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { HookClient } from "../admission/webhooks/hook-client.ts";
import type { ServiceAddresses } from "../cluster/service-addresses.ts";
import type { OpenApiDocuments } from "../discovery/openapi.ts";
import type { HeldCharges } from "../quota/held-charges.ts";
import type { LongRequests } from "../request/long-requests.ts";
import type { Storage } from "../storage/storage.ts";
import type { NodeConnection } from "../subresources/node-connection.ts";

/** What every part of the server works with. */
export interface Parts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly uid: () => string;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly openApi: OpenApiDocuments;
  /** Five characters for generated names. */
  readonly nameSuffix: () => string;
  readonly longRequests: LongRequests;
  readonly addresses: ServiceAddresses;
  readonly charges: HeldCharges;
  readonly hooks: HookClient;
  readonly node: NodeConnection | undefined;
}
