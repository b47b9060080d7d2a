export * from "./images.ts";
export * from "./layout.ts";
export * from "./media-types.ts";
export * from "./pack.ts";
export * from "./provenance.ts";
export * from "./publish.ts";
export * from "./sbom.ts";
