import type { Option } from "../../cli/command.ts";

const noCluster = { help: "no cluster is asked", hasNoEffect: true } as const;
const flag: Option = { type: "boolean", ...noCluster };
const text: Option = { type: "string", value: "TEXT", ...noCluster };
const noCache: Option = { ...text, help: "nothing is kept" };
const color: Option = {
  type: "string",
  value: "never|auto|always",
  help: "nothing is coloured",
  hasNoEffect: true,
};

/** What helm takes with every command: what leads to a cluster has no effect where none is asked. */
export const globalOptions: Readonly<Record<string, Option>> = {
  debug: { type: "boolean", help: "Print what was rendered even where it isn't YAML" },
  "burst-limit": text,
  color,
  colour: color,
  "content-cache": noCache,
  "kube-apiserver": text,
  "kube-as-group": { ...text, multiple: true },
  "kube-as-user": text,
  "kube-ca-file": text,
  "kube-context": text,
  "kube-insecure-skip-tls-verify": flag,
  "kube-tls-server-name": text,
  "kube-token": text,
  kubeconfig: text,
  qps: text,
  "render-subchart-notes": {
    type: "boolean",
    help: "notes aren't printed",
    hasNoEffect: true,
  },
  "repository-cache": noCache,
};
