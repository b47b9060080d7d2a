export { correctDrift } from "./correct.ts";
export { type Drift, detectDrift } from "./detect.ts";
export type { IgnoreRule } from "./ignored-paths.ts";
export { corrected, drifted } from "./report.ts";
