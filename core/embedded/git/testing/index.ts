export * from "./git-cli.ts";
export * from "./listen.ts";
export * from "./open-test-host.ts";
