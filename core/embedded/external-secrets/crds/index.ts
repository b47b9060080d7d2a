import type { KubeObject } from "@catalyst/ports/kubernetes";
import data from "./external-secrets-crds.generated.json" with { type: "json" };

/** CustomResourceDefinitions of the kinds reconciled here, as External Secrets publishes them. */
export const externalSecretsDefinitions = data.definitions as unknown as readonly KubeObject[];
