export * from "./event.ts";
export * from "./spine.ts";
export * from "./subject.ts";
