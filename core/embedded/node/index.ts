export { type EmbeddedNode, makeNode } from "./node.ts";
export type { ApiAddress, NodeOptions } from "./options.ts";
export type { MachineAccess } from "./pod/machine-access.ts";
export { apiNames } from "./podman/dns/cluster-names.ts";
export { podmanObstacle } from "./podman/obstacle.ts";
export { SimulatedRuntime, type SimulatedRuntimeOptions } from "./simulated/runtime.ts";
