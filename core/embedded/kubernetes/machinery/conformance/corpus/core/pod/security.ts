import { mutations, topicCorpus, under } from "../../corpus.ts";
import { container, pod } from "./objects.ts";

const profiles = {
  seccompProfile: [
    { type: "RuntimeDefault" },
    { type: "Unconfined" },
    { type: "Localhost", localhostProfile: "a/b.json" },
    { type: "Localhost" },
    { type: "Localhost", localhostProfile: "/a/../b" },
    { type: "RuntimeDefault", localhostProfile: "a" },
    { type: "Other" },
    { type: "" },
    {},
  ],
  appArmorProfile: [
    { type: "RuntimeDefault" },
    { type: "Localhost", localhostProfile: "a" },
    { type: "Localhost" },
    { type: "Localhost", localhostProfile: " a" },
    { type: "Localhost", localhostProfile: "" },
    { type: "Localhost", localhostProfile: "x".repeat(4096) },
    { type: "Unconfined", localhostProfile: "a" },
    { type: "Other" },
    {},
  ],
  windowsOptions: [
    { gmsaCredentialSpecName: "A_" },
    { gmsaCredentialSpec: "" },
    { gmsaCredentialSpec: "x".repeat(65537) },
    ...[
      "",
      "a\tb",
      "a\\b\\c",
      "a",
      "D:\\a",
      "d\\",
      "d\\x\\",
      `d\\${"x".repeat(105)}`,
      `${"d".repeat(256)}\\u`,
      "..",
      'a"b',
      ".a\\u",
    ].map((runAsUserName) => ({ runAsUserName })),
    { hostProcess: true },
    { hostProcess: false },
  ],
  runAsUser: [0, -1, 2147483648],
  runAsGroup: [0, -1, 2147483648],
  runAsNonRoot: [true],
};

const annotated = (annotations: Record<string, string>, securityContext: unknown) => ({
  "metadata.annotations": annotations,
  "spec.containers[0].securityContext": securityContext,
});

export const podSecurity = topicCorpus(
  "v1/Pod",
  "security",
  mutations(pod, {
    ...under(`${container}.securityContext`, {
      ...profiles,
      privileged: [true],
      allowPrivilegeEscalation: [false],
      readOnlyRootFilesystem: [true],
      procMount: ["Default", "Unmasked", "Other", ""],
      capabilities: [{ add: ["NET_ADMIN"], drop: ["ALL"] }],
      "escalation without and with privilege": { allowPrivilegeEscalation: false, privileged: true },
      "escalation without and with SYS_ADMIN": {
        allowPrivilegeEscalation: false,
        capabilities: { add: ["CAP_SYS_ADMIN"] },
      },
      seLinuxOptions: [{ level: "s0" }],
    }),
    ...under("spec.securityContext", {
      ...profiles,
      fsGroup: [0, -1, 2147483648],
      supplementalGroups: [[0, -1, 2147483648]],
      supplementalGroupsPolicy: ["Merge", "Strict", "Other"],
      fsGroupChangePolicy: ["Always", "OnRootMismatch", "Other", ""],
      seLinuxChangePolicy: ["Recursive", "MountOption", "Other"],
      sysctls: [
        [{ name: "kernel.shm_rmid_forced", value: "1" }],
        [{ name: "net/ipv4/tcp_syncookies", value: "1" }],
        [{ name: "", value: "1" }],
        [{ name: "A.b", value: "1" }],
        [{ name: "x".repeat(254), value: "1" }],
        [
          { name: "a.b", value: "1" },
          { name: "a.b", value: "2" },
        ],
      ],
    }),
    "a network sysctl on the host's network": {
      "spec.hostNetwork": true,
      "spec.securityContext": { sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }] },
    },
    "an IPC sysctl with the host's IPC": {
      "spec.hostIPC": true,
      "spec.securityContext": {
        sysctls: [
          { name: "kernel.msgmax", value: "1" },
          { name: "fs.mqueue.x", value: "1" },
        ],
      },
    },
    "proc unmasked without the host's users": {
      "spec.hostUsers": false,
      [`${container}.securityContext`]: { procMount: "Unmasked" },
    },
    "a host process on the host's network": {
      "spec.hostNetwork": true,
      "spec.securityContext": { windowsOptions: { hostProcess: true } },
    },
    "a host process of some containers": {
      "spec.hostNetwork": true,
      "spec.containers": [
        { name: "a", image: "a", securityContext: { windowsOptions: { hostProcess: true } } },
        { name: "b", image: "b" },
      ],
    },
    "a host process and not": {
      "spec.hostNetwork": true,
      "spec.securityContext": { windowsOptions: { hostProcess: true } },
      [`${container}.securityContext`]: { windowsOptions: { hostProcess: false } },
    },
    "windows options of a linux Pod": {
      "spec.os": { name: "linux" },
      "spec.securityContext": { windowsOptions: {} },
      [`${container}.securityContext`]: { windowsOptions: {} },
    },
    "everything of linux in a windows Pod": {
      "spec.os": { name: "windows" },
      "spec.hostUsers": true,
      "spec.hostPID": true,
      "spec.hostIPC": true,
      "spec.shareProcessNamespace": false,
      "spec.securityContext": {
        appArmorProfile: { type: "Unconfined" },
        seLinuxOptions: {},
        seccompProfile: { type: "Unconfined" },
        fsGroup: 1,
        fsGroupChangePolicy: "Always",
        sysctls: [{ name: "a.b", value: "c" }],
        runAsUser: 1,
        runAsGroup: 1,
        supplementalGroups: [1],
        supplementalGroupsPolicy: "Merge",
        seLinuxChangePolicy: "Recursive",
      },
      [`${container}.securityContext`]: {
        appArmorProfile: { type: "Unconfined" },
        seLinuxOptions: {},
        seccompProfile: { type: "Unconfined" },
        capabilities: {},
        readOnlyRootFilesystem: true,
        privileged: true,
        allowPrivilegeEscalation: true,
        procMount: "Default",
        runAsUser: 1,
        runAsGroup: 1,
      },
    },
    "a stop signal on linux": {
      "spec.os": { name: "linux" },
      [`${container}.lifecycle`]: { stopSignal: "SIGTERM" },
    },
    "metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]": [
      "runtime/default",
      "localhost/../a",
      "other",
    ],
    "metadata.annotations[container.seccomp.security.alpha.kubernetes.io/web]": ["unconfined", "other"],
    "metadata.annotations[container.apparmor.security.beta.kubernetes.io/web]": [
      "runtime/default",
      "unconfined",
      "localhost/a",
      "other",
    ],
    "metadata.annotations[container.apparmor.security.beta.kubernetes.io/other]": ["runtime/default"],
    "seccomp said twice": annotated(
      { "container.seccomp.security.alpha.kubernetes.io/web": "unconfined" },
      { seccompProfile: { type: "RuntimeDefault" } },
    ),
    "seccomp said twice, the same": annotated(
      { "container.seccomp.security.alpha.kubernetes.io/web": "localhost/a" },
      { seccompProfile: { type: "Localhost", localhostProfile: "a" } },
    ),
    "AppArmor said twice": annotated(
      { "container.apparmor.security.beta.kubernetes.io/web": "localhost/a" },
      { appArmorProfile: { type: "Localhost", localhostProfile: "b" } },
    ),
    "AppArmor said twice, otherwise": annotated(
      { "container.apparmor.security.beta.kubernetes.io/web": "unconfined" },
      { appArmorProfile: { type: "RuntimeDefault" } },
    ),
    "seccomp of the Pod said twice": {
      "metadata.annotations": { "seccomp.security.alpha.kubernetes.io/pod": "unconfined" },
      "spec.securityContext": { seccompProfile: { type: "RuntimeDefault" } },
    },
  }),
);
