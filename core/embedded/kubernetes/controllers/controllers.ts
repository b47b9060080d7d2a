import { ApiServices } from "./api-services.ts";
import { CustomResources } from "./custom-resources.ts";
import { GarbageCollector } from "./garbage-collector.ts";
import { NamespaceDefaults } from "./namespace-defaults.ts";
import { NamespaceLifecycle } from "./namespace-lifecycle.ts";
import { PolicyTypes } from "./policy-types.ts";
import { RoleAggregation } from "./role-aggregation.ts";
import type { ControllerScope, ServerController } from "./scope.ts";
import { TokenSecrets } from "./token-secrets.ts";

/** Starts the controllers that belong to the server itself; call the result to stop them. */
export function startControllers(scope: ControllerScope): () => Promise<void> {
  const controllers: readonly ServerController[] = [
    new CustomResources(scope),
    new NamespaceDefaults(scope),
    new NamespaceLifecycle(scope),
    new GarbageCollector(scope),
    new TokenSecrets(scope),
    new PolicyTypes(scope),
    new RoleAggregation(scope),
    new ApiServices(scope),
  ];
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
