import type { Validations } from "../types.ts";
import { validateEvent } from "./event.ts";
import { validateNamespace, validateNamespaceFinalizers, validateNamespaceStatus } from "./namespace.ts";
import { nodeWarnings, validateNode, validateNodeUpdate } from "./node.ts";

/** Source of the rules: Kubernetes' `pkg/apis/core/validation`. */
export const clusterValidations: Validations = {
  Namespace: {
    object: validateNamespace,
    subresources: { status: validateNamespaceStatus, finalize: validateNamespaceFinalizers },
  },
  Node: {
    object: validateNode,
    update: validateNodeUpdate,
    subresources: { status: validateNodeUpdate },
    warnings: nodeWarnings,
  },
  Event: { object: validateEvent },
};
