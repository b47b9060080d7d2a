import type { Clock } from "@catalyst/base/clock";
import type { KubeObject, ObjectKey } from "@catalyst/ports/kubernetes";
import type { Handler } from "@catalyst/ports/transport";
import type { Controller, RunningControllers } from "@catalyst/reconciler";
import { ResourceTypes } from "./apply/index.ts";
import { openArtifactStore } from "./artifacts/index.ts";
import { fluxDefinitions } from "./crds/index.ts";
import type { GitFetcher } from "./git/fetcher.ts";
import { gitRepositoryController } from "./git-repository/index.ts";
import { helmReleaseController } from "./helm-release/index.ts";
import type { FluxWork } from "./jobs.ts";
import { kustomizationController } from "./kustomization/index.ts";
import { type OpenRegistry, ociRepositoryController, type VerifySignature } from "./oci-repository/index.ts";
import type { FluxController } from "./reconcile/controller.ts";
import type { FluxObject } from "./reconcile/session.ts";

export interface FluxOptions {
  /** Where artifacts are kept; made when missing. */
  readonly artifactFolder: string;
  /**
   * Where `artifactHandler` is reached by others, without a slash at the end; asked for at each artifact:
   * `http://127.0.0.1:9790/artifacts`.
   */
  readonly artifactAddress: () => string;
  readonly fetcher: GitFetcher;
  readonly openRegistry: OpenRegistry;
  readonly verifySignature: VerifySignature;
  readonly clock: Clock;
  /** Does what takes long: `fluxJobs` on other threads, or `inTurns(fluxJobs)`. */
  readonly work: FluxWork;
}

/** The kinds whose reconcile can be asked for. */
export type FluxKindName = "GitRepository" | "OCIRepository" | "Kustomization" | "HelmRelease";

/** Flux's reconcilers, ready to be run with the other controllers. */
export interface Flux {
  readonly controllers: readonly Controller[];
  /** The definitions of the kinds reconciled here: what a cluster needs before the controllers do anything in it. */
  readonly definitions: readonly KubeObject[];
  /** Serves the artifacts at `artifactAddress`; paths come without that address's own. */
  readonly artifactHandler: Handler;
  /** Makes one object be looked at now, whatever is known of it: what a webhook does. */
  requestReconcile(running: RunningControllers, object: FluxObjectRef): void;
}

export interface FluxObjectRef extends ObjectKey {
  readonly cluster: string;
  readonly kind: FluxKindName;
}

/** Opens the artifact store and makes the controllers. */
export async function openFlux(options: FluxOptions): Promise<Flux> {
  const store = await openArtifactStore({
    folder: options.artifactFolder,
    address: options.artifactAddress,
    clock: options.clock,
  });
  const types = new ResourceTypes();
  const { work } = options;
  const byKind: Readonly<Record<FluxKindName, FluxController<never>>> = {
    GitRepository: erased(gitRepositoryController({ fetcher: options.fetcher, store, work })),
    OCIRepository: erased(
      ociRepositoryController({
        store,
        work,
        openRegistry: options.openRegistry,
        verifySignature: options.verifySignature,
      }),
    ),
    Kustomization: erased(kustomizationController({ store, types })),
    HelmRelease: erased(helmReleaseController({ store, types, work })),
  };
  return {
    controllers: Object.values(byKind) as unknown as readonly Controller[],
    definitions: fluxDefinitions,
    artifactHandler: store.handler,
    requestReconcile: (running, { cluster, kind, namespace, name }) => {
      const controller = byKind[kind];
      controller.demand({ cluster, namespace, name });
      running.enqueue(controller.name, { cluster, namespace, name });
    },
  };
}

/** Controllers of different kinds in one list: each is only ever called with objects of its own. */
function erased<T extends FluxObject>(controller: FluxController<T>): FluxController<never> {
  return controller as unknown as FluxController<never>;
}
