import { externalSecretsDefinitions } from "@catalyst/embedded-external-secrets";
import { fluxDefinitions } from "@catalyst/embedded-flux";
import { defaultGatewayClass, defaultIngressClass, gatewayDefinitions } from "@catalyst/embedded-ingress";
import { customResourceDefinition } from "@catalyst/model/kind";
import { environmentKinds, managementKinds } from "@catalyst/model/kinds";
import { catalogNamespace } from "@catalyst/model/naming";
import {
  type ClusterClient,
  customResourceDefinitions,
  type GatewayClass,
  gatewayClasses,
  ingressClasses,
  type KubeObject,
  namespaces,
} from "@catalyst/ports/kubernetes";

/**
 * Makes Catalyst's, Flux's, Gateway API's and External Secrets' kinds be served in a cluster, with the classes of its
 * ingress, and the catalog have its namespace; idempotent.
 */
export async function installKinds(
  client: ClusterClient,
  cluster: "management" | "environment",
): Promise<void> {
  if (cluster === "management") {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: catalogNamespace } };
    await client.apply(namespaces, namespace, { fieldManager: "catalyst", force: true });
  }
  const own = (cluster === "management" ? managementKinds : environmentKinds).map(customResourceDefinition);
  const secrets = cluster === "management" ? [] : externalSecretsDefinitions;
  const definitions: readonly KubeObject[] = [...own, ...fluxDefinitions, ...gatewayDefinitions, ...secrets];
  await Promise.all(
    definitions.map((definition) =>
      client.apply(customResourceDefinitions, definition, { fieldManager: "catalyst", force: true }),
    ),
  );
  const written = { fieldManager: "catalyst", force: true };
  await client.apply(ingressClasses, defaultIngressClass, written);
  await client.apply(gatewayClasses, defaultGatewayClass as GatewayClass, written);
}
