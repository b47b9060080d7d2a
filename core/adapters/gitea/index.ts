export { type GiteaHostOptions, giteaHost } from "./gitea-host.ts";
export { type PushReceiverOptions, pushReceiver, type ReportedPush } from "./push-receiver.ts";
