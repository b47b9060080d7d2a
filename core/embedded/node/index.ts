export { type EmbeddedNode, makeNode } from "./node.ts";
export { type ApiAddress, type NodeOptions, provisioner, storageClassName } from "./options.ts";
export { SimulatedRuntime, type SimulatedRuntimeOptions } from "./simulated/runtime.ts";
