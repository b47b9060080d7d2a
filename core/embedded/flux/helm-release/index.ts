export * from "./controller.ts";
export { type RenderJob, type RenderOutcome, type RenderRelease, renderRelease } from "./rendering.ts";
