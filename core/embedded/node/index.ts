export { type EmbeddedNode, makeNode } from "./node.ts";
export type { ApiAddress, NodeOptions } from "./options.ts";
export { PodmanRuntime, type PodmanRuntimeOptions } from "./podman/runtime.ts";
export { type PodmanService, type PodmanServiceOptions, startPodmanService } from "./podman/service.ts";
export { SimulatedRuntime, type SimulatedRuntimeOptions } from "./simulated/runtime.ts";
