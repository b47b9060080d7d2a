export type { FileTree } from "../archive/tar.ts";
export * from "./folder.ts";
export * from "./read.ts";
