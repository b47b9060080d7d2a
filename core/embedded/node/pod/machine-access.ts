import { isAbsolute, relative } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import type { Container, Pod } from "@catalyst/ports/kubernetes";

/** What of this machine Pods may reach beside what is theirs. Absent: nothing. */
export interface MachineAccess {
  /** Folders that `hostPath` volumes may show, with all below. */
  readonly paths?: readonly string[] | undefined;
  /** `hostNetwork`, `hostPID`, `hostIPC`. */
  readonly namespaces?: boolean | undefined;
  /** What listens at this machine's own addresses alone, by probes and hooks that name a host. */
  readonly loopback?: boolean | undefined;
  /** Privileged containers, and what comes near: capabilities, `Unconfined`, an unmasked `/proc`. */
  readonly privileged?: boolean | undefined;
}

/** What containers may add; with these a container's root isn't the machine's. Source: Pod Security Standards, baseline. */
const ordinaryCapabilities = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

/**
 * Refuses what would give a Pod, or one container of it, a hold on the machine that it isn't allowed: what goes
 * beyond the baseline of the Pod Security Standards. Throws `machine-access-refused` for the Pod,
 * `container-config-refused` for the container.
 */
export function checkMachineAccess(access: MachineAccess | undefined, pod: Pod, container?: Container): void {
  if (container !== undefined) {
    const asked = access?.privileged === true ? undefined : privilegeOf(pod, container);
    if (asked !== undefined) throw refused("container-config-refused", asked);
    return;
  }
  const { hostNetwork, hostPID, hostIPC, securityContext } = pod.spec;
  const shared = Object.entries({ hostNetwork, hostPID, hostIPC }).find(([, value]) => value === true);
  if (shared !== undefined && access?.namespaces !== true)
    throw refused("machine-access-refused", `spec.${shared[0]}`);
  const [sysctl] = securityContext?.sysctls ?? [];
  if (sysctl !== undefined && access?.privileged !== true)
    throw refused("machine-access-refused", `spec.securityContext.sysctls (${sysctl.name})`);
}

function privilegeOf(pod: Pod, container: Container): string | undefined {
  const security = container.securityContext;
  if (security?.privileged === true) return "securityContext.privileged";
  const capability = security?.capabilities?.add?.find(
    (name) => !ordinaryCapabilities.has(name.replace(/^CAP_/, "")),
  );
  if (capability !== undefined) return `securityContext.capabilities.add (${capability})`;
  const seccomp = security?.seccompProfile ?? pod.spec.securityContext?.seccompProfile;
  if (seccomp?.type === "Unconfined") return "securityContext.seccompProfile (Unconfined)";
  return security?.procMount === "Unmasked" ? "securityContext.procMount (Unmasked)" : undefined;
}

function refused(code: string, what: string): CatalystError {
  return new CatalystError(code, `${what} isn't allowed on this node: it reaches the machine itself`);
}

/** Tells whether a folder, by its real path, is one of those allowed or below one. */
export function mayShow(access: MachineAccess | undefined, path: string): boolean {
  return (access?.paths ?? []).some((allowed) => isInside(allowed, path));
}

/** Tells whether a path is a folder or below it; both are absolute and without links. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== ".." && !way.startsWith("../");
}
