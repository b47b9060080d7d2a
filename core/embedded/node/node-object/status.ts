import { rfc3339 } from "@catalyst/base/clock";
import type { RuntimeDescription } from "@catalyst/ports/containers";
import { hostAddress } from "../pod/host-address.ts";
import type { Machine } from "./machine.ts";

/** The Pods a node takes. */
const podLimit = "10000";
/** Nothing runs there, so this machine's size is no reason not to. */
const simulated = { cpu: "10k", memory: "10Ti" };
/** The images a Node's status names, the largest first. */
const imageLimit = 50;
/** The release whose kubelet's rules this node follows. */
const kubeletVersion = "v1.36.3";

export interface NodeFacts {
  readonly name: string;
  readonly machine: Machine;
  readonly runtime: RuntimeDescription & { readonly name: string; readonly isSimulated: boolean };
  readonly now: number;
  /** When each condition got the state it has. */
  readonly since: number;
}

/** The status of this machine's Node. */
export function nodeStatus({ name, machine, runtime, now, since }: NodeFacts) {
  const { cpu, memory } = runtime.isSimulated ? simulated : machine;
  const amounts = { cpu, memory, pods: podLimit };
  const word = runtime.isSimulated ? "simulates Pods: nothing runs" : "runs Pods";
  const condition = (type: string, reason: string, message: string, status: "True" | "False" = "False") => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: rfc3339(now),
    lastTransitionTime: rfc3339(since),
  });
  const images = runtime.images.toSorted((a, b) => b.bytes - a.bytes).slice(0, imageLimit);
  return {
    capacity: amounts,
    allocatable: amounts,
    addresses: [
      { type: "InternalIP", address: hostAddress },
      { type: "Hostname", address: name },
    ],
    conditions: [
      condition("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      condition("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      condition("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      condition("Ready", "KubeletReady", `this machine ${word}`, "True"),
    ],
    images: images.map(({ names, bytes }) => ({ names, sizeBytes: bytes })),
    nodeInfo: {
      machineID: machine.machineID,
      systemUUID: machine.systemUUID,
      bootID: machine.bootID,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: `${runtime.name}://${runtime.version}`,
      kubeletVersion,
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: machine.architecture,
    },
  };
}
