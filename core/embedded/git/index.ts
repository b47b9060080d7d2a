export type { GitAuthorization } from "./authorization.ts";
export { type EmbeddedGitHost, type GitHostOptions, openGitHost } from "./git-host.ts";
