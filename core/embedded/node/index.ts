export { type EmbeddedNode, makeNode } from "./node.ts";
export type { ApiAddress, NodeOptions } from "./options.ts";
export { SimulatedRuntime, type SimulatedRuntimeOptions } from "./simulated/runtime.ts";
