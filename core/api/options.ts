import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { ValuesReader } from "@catalyst/blueprint/values";
import type { ActivityView, BlueprintView, SovereignView } from "@catalyst/model/view";
import type { GitHost } from "@catalyst/ports/git";
import type { SignIn } from "@catalyst/ports/identity";
import type { Clusters } from "@catalyst/ports/kubernetes";
import type { Projection } from "@catalyst/projector";
import type { ApplicationSecrets, Organizations, Provisioning } from "@catalyst/provisioning";
import type { AuthenticateOptions } from "./access/authenticate.ts";
import type { Operations } from "./operations/operations.ts";
import type { Stream } from "./stream/stream.ts";

/** A file of a Blueprint's package, for screens. */
export interface BlueprintFile {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Reads the catalog for screens. */
export interface BlueprintReader {
  views(): readonly BlueprintView[];
  /** With description and README; of one version when given. */
  view(name: string, version?: string): Promise<BlueprintView | undefined>;
  icon(name: string): Promise<BlueprintFile | undefined>;
}

/** Adds people to the identity provider; absent where people come from elsewhere. */
export interface Directory {
  /** Makes a user that isn't there yet. Throws `user-invalid`. */
  add(user: { readonly user: string; readonly name: string; readonly email: string }): Promise<void>;
  hasPassword(user: string): boolean;
  /** Makes an address at which the user sets a password, once. Throws `user-missing`. */
  passwordLink(user: string): Promise<string>;
}

/** Entry of the audit view that a change leaves behind. */
export interface AuditEntry {
  readonly user: string;
  readonly action: string;
  readonly message: string;
  readonly outcome: "done" | "refused" | "failed";
  /** Where it came from; default `api`. */
  readonly surface?: ActivityView["surface"] | undefined;
  readonly organization?: string | undefined;
  readonly environment?: string | undefined;
  readonly application?: string | undefined;
  readonly commit?: string | undefined;
}

export interface ApiOptions {
  /** The one canonical origin, `http://localhost:8700`. */
  readonly origin: string;
  readonly projection: Projection;
  readonly provisioning: Provisioning;
  readonly organizations: Organizations;
  readonly secrets: ApplicationSecrets;
  readonly blueprints: BlueprintReader;
  readonly values: Pick<ValuesReader, "form" | "ofRelease" | "ofApplication">;
  readonly clusters: Clusters;
  readonly git: GitHost;
  readonly operations: Operations;
  readonly stream: Stream;
  readonly access: AuthenticateOptions;
  /** Absent: there are links and tokens only. */
  readonly signIn?: SignIn | undefined;
  sovereign(): SovereignView;
  /** What was counted, in Prometheus' text format. */
  metrics(): string;
  audit(entry: AuditEntry): Promise<void>;
  /** Asks Flux to try an Application again at once. */
  retry(environment: string, application: string): Promise<void>;
  readonly directory?: Directory | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}
