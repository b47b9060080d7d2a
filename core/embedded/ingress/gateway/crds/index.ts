import type { KubeObject } from "@catalyst/ports/kubernetes";
import data from "./gateway-crds.generated.json" with { type: "json" };

/**
 * CustomResourceDefinitions of the Gateway API kinds reconciled here, as its standard channel publishes them, without
 * descriptions.
 */
export const gatewayDefinitions: readonly KubeObject[] = data.definitions as unknown as readonly KubeObject[];
