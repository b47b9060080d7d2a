import { createRequire } from "node:module";
import { late } from "./late.ts";

const require = createRequire(import.meta.url);

/** Gives the YAML library, and loads it with the first document: a start without changes reads none. */
export const yamlLibrary = late(() => require("yaml") as typeof import("yaml"));
