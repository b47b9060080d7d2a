import { join } from "node:path";
import type { ContainerPlan, PodIdentity } from "@catalyst/ports/containers";
import type { Container, Pod, SecurityContext } from "@catalyst/ports/kubernetes";
import { amountOf } from "../pod/quantity.ts";
import type { ContainerMounts } from "./container-mounts.ts";
import { containerName, label, labelsOf, podName } from "./labels.ts";
import { signalNumber } from "./signals.ts";

/** The length of a period in which a container gets its share of a processor (microseconds). */
const cpuPeriod = 100_000;

/** What a container's description needs of this machine. */
export interface ContainerPlace {
  readonly mounts: ContainerMounts;
  /** The container whose process namespace it joins, by podman's id. */
  readonly target: string | undefined;
  /** The folder of `Localhost` seccomp profiles. */
  readonly profiles: string;
}

/** Podman's description of one attempt of a container. */
export function containerSpec(
  identity: PodIdentity,
  plan: ContainerPlan,
  { mounts: { mounts, imageVolumes }, target, profiles }: ContainerPlace,
): Readonly<Record<string, unknown>> {
  const { container, attempt, env, imageId, pod } = plan;
  const stopSignal = signalNumber(container.lifecycle?.stopSignal);
  return {
    name: containerName(identity, container.name, attempt),
    image: imageId,
    pod: podName(identity),
    labels: { ...labelsOf(identity), [label.container]: container.name, [label.attempt]: String(attempt) },
    // Kubernetes' command replaces the image's entrypoint, its args the image's command.
    ...(container.command === undefined ? {} : { entrypoint: container.command }),
    ...(container.args === undefined ? {} : { command: container.args }),
    ...(container.workingDir === undefined ? {} : { work_dir: container.workingDir }),
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    mounts,
    ...(imageVolumes.length === 0 ? {} : { image_volumes: imageVolumes }),
    ...(target === undefined ? {} : { pidns: { nsmode: "container", value: target } }),
    log_configuration: { driver: "k8s-file" },
    // Starting again is our decision, with Kubernetes' waits.
    restart_policy: "no",
    ...(stopSignal === undefined ? {} : { stop_signal: stopSignal }),
    ...securityOf(pod, container, profiles),
    ...(container.stdin === true ? { stdin: true } : {}),
    ...(container.tty === true ? { terminal: true } : {}),
    ...resourcesOf(container),
  };
}

function securityOf(pod: Pod, container: Container, profiles: string): Readonly<Record<string, unknown>> {
  const shared = pod.spec.securityContext;
  const security: SecurityContext = { ...shared, ...container.securityContext };
  const groups = [shared?.fsGroup, ...(shared?.supplementalGroups ?? [])].filter((id) => id !== undefined);
  const user = userOf(security);
  const { add, drop } = security.capabilities ?? {};
  return {
    ...(user === undefined ? {} : { user }),
    ...(groups.length === 0 ? {} : { groups: [...new Set(groups)].map(String) }),
    ...(security.privileged === true ? { privileged: true } : {}),
    ...(security.allowPrivilegeEscalation === false ? { no_new_privileges: true } : {}),
    ...(security.readOnlyRootFilesystem === true ? { read_only_filesystem: true } : {}),
    ...(add === undefined ? {} : { cap_add: capabilities(add) }),
    ...(drop === undefined ? {} : { cap_drop: capabilities(drop) }),
    ...seccompOf(security, profiles),
    ...(security.procMount === "Unmasked" ? { unmask: ["ALL"] } : {}),
  };
}

/** A group without a user is the group of the image's user, which podman can't be told: of root, then. */
function userOf({ runAsUser, runAsGroup }: SecurityContext): string | undefined {
  if (runAsUser === undefined && runAsGroup === undefined) return undefined;
  return [runAsUser ?? 0, runAsGroup].filter((id) => id !== undefined).join(":");
}

/** Without a profile podman's own holds, which is that of `RuntimeDefault`. */
function seccompOf({ seccompProfile }: SecurityContext, profiles: string) {
  switch (seccompProfile?.type) {
    case "Unconfined":
      return { seccomp_profile_path: "unconfined" };
    case "Localhost":
      return { seccomp_profile_path: join(profiles, seccompProfile.localhostProfile ?? "") };
    default:
      return {};
  }
}

function capabilities(names: readonly string[]): readonly string[] {
  return names.map((name) => (name === "ALL" ? name : `CAP_${name.replace(/^CAP_/, "")}`));
}

/** Limits, and the weight among containers that want the processor at once. */
export function resourcesOf({ resources }: Container): Readonly<Record<string, unknown>> {
  const { limits = {}, requests = {} } = resources ?? {};
  const memory = limits["memory"];
  const cpu = limits["cpu"];
  const share = requests["cpu"] ?? cpu;
  if ((memory ?? cpu ?? share) === undefined) return {};
  const processors = {
    ...(cpu === undefined
      ? {}
      : { period: cpuPeriod, quota: Math.max(1000, Math.ceil(amountOf(cpu) * cpuPeriod)) }),
    ...(share === undefined ? {} : { shares: sharesOf(amountOf(share)) }),
  };
  return {
    resource_limits: {
      ...(memory === undefined ? {} : { memory: { limit: Math.ceil(amountOf(memory)) } }),
      ...(Object.keys(processors).length === 0 ? {} : { cpu: processors }),
    },
  };
}

/** 1024 for each processor; the kernel takes 2 to 262144. */
function sharesOf(cores: number): number {
  return Math.min(262_144, Math.max(2, Math.floor(cores * 1024)));
}
