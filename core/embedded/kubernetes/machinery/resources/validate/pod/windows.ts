import { dnsSubdomain } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import { containersOf } from "./containers-of.ts";

const longestSpecInKiB = 64;
const longestDomain = 256;
const longestUser = 104;

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const domainLabel = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const domainName = new RegExp(`^${domainLabel}(?:\\.${domainLabel})*$`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const control = /[\x00-\x1f\x7f]/;

/** Checks what only Windows knows of a container or Pod. */
export function checkWindowsOptions(options: Place): void {
  if (!options.isSet) return;
  const specName = options.at("gmsaCredentialSpecName");
  if (specName.isSet) specName.follows(dnsSubdomain);
  const spec = options.at("gmsaCredentialSpec");
  if (spec.isSet && spec.text === "") spec.invalid("gmsaCredentialSpec cannot be an empty string");
  else if (spec.text.length > longestSpecInKiB * 1024) {
    spec.invalid(`gmsaCredentialSpec size must be under ${longestSpecInKiB} KiB`);
  }
  if (options.at("runAsUserName").isSet) checkUserName(options.at("runAsUserName"));
}

function checkUserName(name: Place): void {
  const parts = name.text.split("\\");
  if (name.text === "") {
    name.invalid("runAsUserName cannot be an empty string");
    return;
  }
  if (control.test(name.text)) {
    name.invalid("runAsUserName cannot contain control characters");
    return;
  }
  if (parts.length > 2) {
    name.invalid("runAsUserName cannot contain more than one backslash");
    return;
  }
  const user = parts.at(-1) ?? "";
  const domain = parts.length === 2 ? (parts[0] ?? "") : undefined;
  if (domain !== undefined && domain.length >= longestDomain) {
    name.invalid(`runAsUserName's Domain length must be under ${longestDomain} characters`);
  }
  if (domain !== undefined && !netBios.test(domain) && !domainName.test(domain)) {
    name.invalid("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === "") name.invalid("runAsUserName's User cannot be empty");
  else if (user.length > longestUser) {
    name.invalid(`runAsUserName's User length must not be longer than ${longestUser} characters`);
  }
  if (/^[. ]+$/.test(user)) name.invalid("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    name.invalid(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  }
}

/** Checks that all containers of a Pod are processes of the host, or none is. */
export function checkHostProcesses(spec: Place): void {
  const ofPod = spec.at("securityContext", "windowsOptions", "hostProcess").value;
  const containers = containersOf(spec);
  let count = 0;
  for (const container of containers) {
    const own = container.at("securityContext", "windowsOptions", "hostProcess");
    if (typeof ofPod === "boolean" && own.isSet && own.value !== ofPod) {
      own.invalid(`pod hostProcess value must be identical if both are specified, was ${ofPod}`);
    }
    if ((own.isSet ? own.value : ofPod) === true) count++;
  }
  if (count === 0) return;
  if (count !== containers.length) {
    spec.invalid(
      "If pod contains any hostProcess containers then all containers must be HostProcess containers",
      "",
    );
  }
  if (spec.at("hostNetwork").value === true) return;
  spec
    .at("hostNetwork")
    .invalid("hostNetwork must be true if pod contains any hostProcess containers", false);
}

const ofLinuxPods = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "fsGroup",
  "fsGroupChangePolicy",
  "runAsUser",
  "runAsGroup",
  "supplementalGroups",
  "supplementalGroupsPolicy",
  "seLinuxChangePolicy",
];
const ofLinuxContainers = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
];

/** Checks that a Pod says nothing that another system than its own would understand. */
export function checkSystem(spec: Place): void {
  const os = spec.at("os");
  if (!os.isSet) return;
  const name = os.at("name").text;
  if (name === "") os.at("name").required();
  else if (name === "linux") checkLinux(spec);
  else if (name === "windows") checkWindows(spec);
  else os.unsupported(["linux", "windows"], name);
}

function checkLinux(spec: Place): void {
  for (const owner of [spec, ...containersOf(spec)]) {
    const options = owner.at("securityContext", "windowsOptions");
    if (options.isSet) options.forbidden("windows options cannot be set for a linux pod");
  }
}

function checkWindows(spec: Place): void {
  const why = "cannot be set for a windows pod";
  const context = spec.at("securityContext");
  for (const key of ofLinuxPods) if (context.at(key).isSet) context.at(key).forbidden(why);
  if (context.at("sysctls").size > 0) context.at("sysctls").forbidden(why);
  for (const key of ["hostUsers", "shareProcessNamespace"]) {
    if (spec.at(key).isSet) spec.at(key).forbidden(why);
  }
  for (const key of ["hostPID", "hostIPC"]) if (spec.at(key).value === true) spec.at(key).forbidden(why);
  for (const container of containersOf(spec)) {
    const own = container.at("securityContext");
    for (const key of ofLinuxContainers) if (own.at(key).isSet) own.at(key).forbidden(why);
  }
}
