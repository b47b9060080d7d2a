import type { Place } from "../../../validate/place.ts";
import { checkDescending } from "../volume/paths.ts";

/** The sources of a Pod's volumes, by name. */
export type Volumes = ReadonlyMap<string, Place>;

/** Checks where a container mounts volumes and finds devices. */
export function checkMounts(container: Place, volumes: Volumes): void {
  const mounts = container.at("volumeMounts");
  const devices = container.at("volumeDevices");
  const devicePaths = new Map(devices.items().map((one) => [one.at("name").text, one.at("devicePath").text]));
  const mountPaths = new Map(mounts.items().map((one) => [one.at("name").text, one.at("mountPath").text]));
  const isPrivileged = container.at("securityContext", "privileged").value === true;
  const seen = new Set<string>();
  for (const mount of mounts.items()) {
    checkMount(mount, volumes, seen, devicePaths);
    checkWithin(mounts, mount, isPrivileged);
  }
  checkDevices(devices, volumes, mountPaths);
}

function checkMount(
  mount: Place,
  volumes: Volumes,
  seen: Set<string>,
  devices: ReadonlyMap<string, string>,
): void {
  const name = mount.at("name");
  const path = mount.at("mountPath");
  name.isNeeded();
  if (!volumes.has(name.text)) name.notFound();
  path.isNeeded();
  if (seen.has(path.text)) path.invalid("must be unique");
  seen.add(path.text);
  if (devices.has(name.text)) name.invalid("must not already exist in volumeDevices");
  if ([...devices.values()].includes(path.text)) {
    path.invalid("must not already exist as a path in volumeDevices");
  }
}

/** What upstream places at the list of mounts, and not at the mount. */
function checkWithin(mounts: Place, mount: Place, isPrivileged: boolean): void {
  const subPath = mount.at("subPath").text;
  const expression = mount.at("subPathExpr");
  if (subPath !== "") checkDescending(mounts.called("subPath", subPath));
  if (expression.text !== "") {
    if (subPath !== "") expression.invalid("subPathExpr and subPath are mutually exclusive");
    checkDescending(mounts.called("subPathExpr", expression.text));
  }
  const propagation = mount.at("mountPropagation");
  if (propagation.isSet) checkPropagation(mounts.called("mountPropagation", propagation.value), isPrivileged);
  const recursive = mount.at("recursiveReadOnly");
  if (recursive.isSet) checkRecursive(mounts.called("recursiveReadOnly", recursive.value), mount);
}

function checkPropagation(propagation: Place, isPrivileged: boolean): void {
  propagation.isOneOf(["Bidirectional", "HostToContainer", "None"]);
  if (propagation.text === "Bidirectional" && !isPrivileged) {
    propagation.forbidden("Bidirectional mount propagation is available only to privileged containers");
  }
}

function checkRecursive(recursive: Place, mount: Place): void {
  recursive.isOneOf(["Disabled", "Enabled", "IfPossible"]);
  if (recursive.text !== "Enabled" && recursive.text !== "IfPossible") return;
  if (mount.at("readOnly").value !== true) recursive.forbidden("may only be specified when readOnly is true");
  const propagation = mount.at("mountPropagation");
  if (propagation.isSet && propagation.text !== "None") {
    recursive.forbidden("may only be specified when mountPropagation is None or not specified");
  }
}

function checkDevices(devices: Place, volumes: Volumes, mounts: ReadonlyMap<string, string>): void {
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const device of devices.items()) {
    const name = device.at("name");
    const path = device.at("devicePath");
    const source = volumes.get(name.text);
    name.isNeeded();
    if (names.has(name.text)) name.invalid("must be unique");
    if (source === undefined) name.notFound();
    else if (!source.at("persistentVolumeClaim").isSet && !source.at("ephemeral").isSet) {
      name.invalid("can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
    }
    path.isNeeded();
    if (paths.has(path.text)) path.invalid("must be unique");
    if (path.text.split("/").includes("..")) path.invalid("can not contain backsteps ('..')");
    else paths.add(path.text);
    if (mounts.has(name.text)) name.invalid("must not already exist in volumeMounts");
    if ([...mounts.values()].includes(path.text))
      path.invalid("must not already exist as a path in volumeMounts");
    if (name.text !== "") names.add(name.text);
  }
}
