import { join, normalize } from "node:path";
import type { ContainerPlan, PodIdentity, VolumeSource } from "@catalyst/ports/containers";
import type { Container } from "@catalyst/ports/kubernetes";
import { amountOf } from "../pod/fields.ts";
import { containerName, label, labelsOf, podName } from "./labels.ts";
import { volumeFolder } from "./volumes.ts";

/** The length of a period in which a container gets its share of a processor (microseconds). */
const cpuPeriod = 100_000;

/** Podman's description of one attempt of a container. */
export function containerSpec(
  root: string,
  identity: PodIdentity,
  plan: ContainerPlan,
  volumes: ReadonlyMap<string, VolumeSource>,
): Readonly<Record<string, unknown>> {
  const { container, attempt, env, imageId, pod } = plan;
  const security = { ...pod.spec.securityContext, ...container.securityContext };
  const user = [security.runAsUser, security.runAsGroup].filter((id) => id !== undefined).join(":");
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
    mounts: mountsOf(root, identity, container, volumes),
    log_configuration: { driver: "k8s-file" },
    // Starting again is our decision, with Kubernetes' waits.
    restart_policy: "no",
    ...(user === "" ? {} : { user }),
    ...(security.fsGroup === undefined ? {} : { groups: [String(security.fsGroup)] }),
    ...(security.privileged === true ? { privileged: true } : {}),
    ...(security.allowPrivilegeEscalation === false ? { no_new_privileges: true } : {}),
    ...(security.readOnlyRootFilesystem === true ? { read_only_filesystem: true } : {}),
    ...(security.capabilities?.add === undefined ? {} : { cap_add: capabilities(security.capabilities.add) }),
    ...(security.capabilities?.drop === undefined
      ? {}
      : { cap_drop: capabilities(security.capabilities.drop) }),
    ...(container.stdin === true ? { stdin: true } : {}),
    ...(container.tty === true ? { terminal: true } : {}),
    ...resourceLimits(container),
  };
}

function capabilities(names: readonly string[]): readonly string[] {
  return names.map((name) => (name === "ALL" ? name : `CAP_${name.replace(/^CAP_/, "")}`));
}

function mountsOf(
  root: string,
  identity: PodIdentity,
  container: Container,
  volumes: ReadonlyMap<string, VolumeSource>,
): readonly unknown[] {
  return (container.volumeMounts ?? []).flatMap((mount) => {
    const source = volumes.get(mount.name);
    if (source === undefined) return [];
    const folder = volumeFolder(root, identity, mount.name, source);
    // `..` can't lead out of the volume: normalize works on an absolute path here.
    const path = mount.subPath === undefined ? folder : join(folder, normalize(`/${mount.subPath}`));
    const isReadOnly = mount.readOnly === true || (source.type === "folder" && source.readOnly);
    return [
      {
        type: "bind",
        source: path,
        destination: mount.mountPath,
        options: ["rbind", isReadOnly ? "ro" : "rw"],
      },
    ];
  });
}

function resourceLimits(container: Container): Readonly<Record<string, unknown>> {
  const limits = container.resources?.limits;
  const memory = limits?.["memory"];
  const cpu = limits?.["cpu"];
  if (memory === undefined && cpu === undefined) return {};
  return {
    resource_limits: {
      ...(memory === undefined ? {} : { memory: { limit: Math.ceil(amountOf(memory)) } }),
      ...(cpu === undefined
        ? {}
        : { cpu: { period: cpuPeriod, quota: Math.max(1000, Math.ceil(amountOf(cpu) * cpuPeriod)) } }),
    },
  };
}
