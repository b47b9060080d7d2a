export { type EmbeddedNode, makeNode } from "./node.ts";
export type { ApiAddress, NodeOptions } from "./options.ts";
export { openPodmanHost, type PodmanHost, type PodmanHostOptions, podmanObstacle } from "./podman/host.ts";
export { SimulatedRuntime, type SimulatedRuntimeOptions } from "./simulated/runtime.ts";
