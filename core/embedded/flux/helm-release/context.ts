import type { Clock } from "@catalyst/base/clock";
import type { ClusterClient } from "@catalyst/ports/kubernetes";
import type { ResourceTypes } from "../apply/index.ts";
import type { FluxWork } from "../jobs.ts";
import type { ReleaseSettings } from "./settings.ts";
import type { ReleaseStorage } from "./storage.ts";

/** What every Helm action works with. */
export interface ActionContext {
  readonly client: ClusterClient;
  readonly types: ResourceTypes;
  readonly work: FluxWork;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly storage: ReleaseStorage;
  readonly settings: ReleaseSettings;
  readonly release: { readonly name: string; readonly namespace: string };
  /** Labels that say which HelmRelease an object comes from. */
  readonly origin: Readonly<Record<string, string>>;
}
