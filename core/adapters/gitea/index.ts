export { type GiteaHostOptions, giteaHost } from "./gitea-host.ts";
