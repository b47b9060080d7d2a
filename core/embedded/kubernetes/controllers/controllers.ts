import { ApiServices } from "./api-services.ts";
import { CustomResources } from "./custom-resources.ts";
import { GarbageCollector } from "./garbage-collector.ts";
import { NamespaceDefaults } from "./namespace-defaults.ts";
import { NamespaceLifecycle } from "./namespace-lifecycle.ts";
import { PolicyTypes } from "./policy-types.ts";
import { ResourceQuotas } from "./resource-quotas.ts";
import { RoleAggregation } from "./role-aggregation.ts";
import type { ControllerScope } from "./scope.ts";
import type { ServerController } from "./server-controller.ts";
import { TokenSecrets } from "./token-secrets.ts";

/** The controllers that belong to the server itself. Those that Kubernetes has too go by its names for them. */
const serverControllers = {
  "custom-resources": CustomResources,
  "namespace-defaults": NamespaceDefaults,
  "namespace-controller": NamespaceLifecycle,
  "garbage-collector-controller": GarbageCollector,
  "token-secrets": TokenSecrets,
  "clusterrole-aggregation-controller": RoleAggregation,
  "api-services": ApiServices,
  "policy-types": PolicyTypes,
  "resourcequota-controller": ResourceQuotas,
} as const;

export type ServerControllerName = keyof typeof serverControllers;

/** Starts the server's controllers but those of `without`; call the result to stop them. */
export function startControllers(
  scope: ControllerScope,
  without: ReadonlySet<ServerControllerName>,
): () => Promise<void> {
  const controllers: readonly ServerController<never>[] = Object.entries(serverControllers)
    .filter(([name]) => !without.has(name as ServerControllerName))
    .map(([, Controller]) => new Controller(scope));
  for (const cluster of scope.clusters()) {
    for (const controller of controllers) controller.begin(cluster);
  }
  const stopListening = scope.parts.storage.listenEverywhere("", (change) => {
    const cluster = scope.cluster(change.collection.cluster);
    if (cluster === undefined) return;
    for (const controller of controllers) controller.see(change, cluster);
  });
  return async () => {
    stopListening();
    await Promise.all(controllers.map((controller) => controller.stop()));
  };
}
