export { openPodmanHost, type PodmanHost, type PodmanHostOptions } from "./host.ts";
