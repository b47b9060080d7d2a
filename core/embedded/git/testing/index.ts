export * from "./git-cli.ts";
export * from "./open-test-host.ts";
