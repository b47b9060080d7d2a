export type { Drift } from "./compare.ts";
export { correctDrift } from "./correct.ts";
export { detectDrift } from "./detect.ts";
export type { IgnoreRule } from "./ignored-paths.ts";
export { corrected, drifted } from "./report.ts";
