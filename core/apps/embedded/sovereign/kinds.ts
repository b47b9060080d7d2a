import { externalSecretsDefinitions } from "@catalyst/embedded-external-secrets";
import { fluxDefinitions } from "@catalyst/embedded-flux";
import { customResourceDefinition } from "@catalyst/model/kind";
import { environmentKinds, managementKinds } from "@catalyst/model/kinds";
import { catalogNamespace } from "@catalyst/model/naming";
import {
  type ClusterClient,
  customResourceDefinitions,
  type KubeObject,
  namespaces,
} from "@catalyst/ports/kubernetes";

/** Makes Catalyst's, Flux's and External Secrets' kinds be served in a cluster, and the catalog have its namespace; idempotent. */
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
  const definitions: readonly KubeObject[] = [...own, ...fluxDefinitions, ...secrets];
  await Promise.all(
    definitions.map((definition) =>
      client.apply(customResourceDefinitions, definition, { fieldManager: "catalyst", force: true }),
    ),
  );
}
