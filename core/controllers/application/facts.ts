import type { CatalogRelease } from "@catalyst/blueprint/catalog";
import type { Expansion } from "@catalyst/blueprint/expansion";
import type { Application } from "@catalyst/model/application";
import type { ExternalSecret } from "@catalyst/ports/external-secrets";
import type { HelmRelease, OciRepository } from "@catalyst/ports/flux";
import type { Ingress, KubeObject, Node, Pod, Secret } from "@catalyst/ports/kubernetes";

/** A Secret of another namespace and its copy in the Application's. */
export interface MirroredSecret {
  readonly name: string;
  readonly namespace: string;
  readonly original: Secret | undefined;
  readonly copy: Secret | undefined;
}

/** The values people gave, as far as they have come. */
export interface GivenValues {
  /** The reference that `secrets.yaml` is; undefined while Flux hasn't applied it. */
  readonly reference: ExternalSecret | undefined;
  /** What it makes, in the Applications' namespace. */
  readonly secret: Secret | undefined;
  /** Its copy in the Application's namespace, there or left over. */
  readonly copy: Secret | undefined;
}

/** Everything the application controller looks at, read once per reconcile. */
export interface ApplicationFacts {
  readonly application: Application;
  /** Undefined: the catalog doesn't have the digest the Application pins. */
  readonly release: CatalogRelease | undefined;
  /** What it stands for; undefined without a release or when it can't be expanded. */
  readonly expansion: Expansion | undefined;
  /** Why it can't be expanded. */
  readonly expansionProblem: string | undefined;
  readonly namespace: KubeObject | undefined;
  readonly source: OciRepository | undefined;
  readonly helmRelease: HelmRelease | undefined;
  readonly connection: Secret | undefined;
  readonly mirrors: readonly MirroredSecret[];
  readonly given: GivenValues;
  /** Applications of this Environment that are bound to this one. */
  readonly dependents: readonly string[];
  readonly pods: readonly Pod[];
  readonly ingresses: readonly Ingress[];
  readonly nodes: readonly Node[];
}
