import type { Place } from "../../../validate/place.ts";
import { checkDescending } from "../volume/paths.ts";
import { checkWindowsOptions } from "./windows.ts";

const maxId = 2147483647;

/** Checks what a container may do; `hostUsers` is false in a user namespace of its own. */
export function checkContainerSecurity(context: Place, hostUsers: boolean): void {
  if (!context.isSet) return;
  for (const id of ["runAsUser", "runAsGroup"]) checkId(context.at(id));
  const procMount = context.at("procMount");
  if (procMount.isSet) {
    procMount.isOneOf(["Default", "Unmasked"]);
    if (hostUsers && procMount.text === "Unmasked") {
      procMount.invalid("`hostUsers` must be false to use `Unmasked`");
    }
  }
  checkSeccomp(context.at("seccompProfile"));
  checkEscalation(context);
  checkWindowsOptions(context.at("windowsOptions"));
  checkAppArmor(context.at("appArmorProfile"));
}

function checkId(id: Place): void {
  if (id.isSet) id.isWithin(0, maxId);
}

function checkEscalation(context: Place): void {
  if (context.at("allowPrivilegeEscalation").value !== false) return;
  const without = "cannot set `allowPrivilegeEscalation` to false and";
  if (context.at("privileged").value === true) context.invalid(`${without} \`privileged\` to true`);
  for (const capability of context.at("capabilities", "add").texts) {
    if (capability === "CAP_SYS_ADMIN") context.invalid(`${without} \`capabilities.Add\` CAP_SYS_ADMIN`);
  }
}

const profileTypes = ["Localhost", "RuntimeDefault", "Unconfined"];

function checkSeccomp(profile: Place): void {
  if (!profile.isSet) return;
  const type = profile.at("type");
  const local = profile.at("localhostProfile");
  if (type.text === "") type.required("type is required when seccompProfile is set");
  else type.isOneOf(profileTypes);
  if (type.text !== "Localhost") {
    if (local.isSet) local.invalid("can only be set when seccomp type is Localhost", profile.value);
  } else if (local.isSet) checkDescending(local);
  else local.required("must be set when seccomp type is Localhost");
}

const longestProfile = 4095;

/** Checks what AppArmor lets a container do. */
export function checkAppArmor(profile: Place): void {
  if (!profile.isSet) return;
  const type = profile.at("type");
  const local = profile.at("localhostProfile");
  switch (type.text) {
    case "Localhost":
      if (!local.isSet || local.text === "") local.required("must be set when AppArmor type is Localhost");
      else if (local.text !== local.text.trim()) local.invalid("must not be padded with whitespace");
      if (local.text.length > longestProfile) local.tooLong(longestProfile);
      break;
    case "RuntimeDefault":
    case "Unconfined":
      if (local.isSet) local.invalid("can only be set when AppArmor type is Localhost");
      break;
    case "":
      type.required("type is required when appArmorProfile is set");
      break;
    default:
      type.unsupported(profileTypes);
  }
}

/** Checks what holds for all containers of a Pod. */
export function checkPodSecurity(spec: Place): void {
  const context = spec.at("securityContext");
  if (!context.isSet) return;
  for (const id of ["fsGroup", "runAsUser", "runAsGroup"]) checkId(context.at(id));
  for (const group of context.at("supplementalGroups").items()) checkId(group);
  if (spec.at("shareProcessNamespace").value === true && spec.at("hostPID").value === true) {
    context
      .called("shareProcessNamespace", true)
      .invalid("ShareProcessNamespace and HostPID cannot both be enabled");
  }
  checkSysctls(context.at("sysctls"), spec);
  for (const [key, supported] of Object.entries(policies)) {
    if (context.at(key).isSet) context.at(key).isOneOf(supported);
  }
  checkSeccomp(context.at("seccompProfile"));
  checkWindowsOptions(context.at("windowsOptions"));
  checkAppArmor(context.at("appArmorProfile"));
}

const policies: Readonly<Record<string, readonly string[]>> = {
  fsGroupChangePolicy: ["Always", "OnRootMismatch"],
  supplementalGroupsPolicy: ["Merge", "Strict"],
  seLinuxChangePolicy: ["Recursive"],
};

const segment = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const sysctlPattern = `^(${segment}[\\./])*${segment}$`;
const sysctlName = new RegExp(sysctlPattern);
const longestSysctl = 253;

function checkSysctls(sysctls: Place, spec: Place): void {
  const names = new Set<string>();
  for (const sysctl of sysctls.items()) {
    const name = sysctl.at("name");
    if (name.text === "") name.required();
    else if (name.text.length > longestSysctl || !sysctlName.test(name.text)) {
      name.invalid(`must have at most ${longestSysctl} characters and match regex ${sysctlPattern}`);
    } else if (names.has(name.text)) name.duplicate();
    for (const [field, isOf] of Object.entries(namespaces)) {
      if (spec.at(field).value === true && isOf(name.text)) {
        name.invalid(`may not be specified when '${field}' is true`);
      }
    }
    names.add(name.text);
  }
}

/** Tells by its first separator whether a name is written with slashes, and writes it with dots. */
function dotted(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  return first === "/" ? name.replace(/[./]/g, (separator) => (separator === "/" ? "." : "/")) : name;
}

const isOfIpc = new Set([
  "kernel.shmall",
  "kernel.shmmax",
  "kernel.shmmni",
  "kernel.shm_rmid_forced",
  "kernel.msgmax",
  "kernel.msgmnb",
  "kernel.msgmni",
  "kernel.sem",
  "kernel.shm",
  "kernel.msg",
]);

/** The namespace of the host that a sysctl would change. */
const namespaces: Readonly<Record<string, (name: string) => boolean>> = {
  hostNetwork: (name) => dotted(name).startsWith("net."),
  hostIPC: (name) => isOfIpc.has(dotted(name)) || dotted(name).startsWith("fs.mqueue."),
};
