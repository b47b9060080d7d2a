import { dnsLabel, dnsSubdomain } from "../../../validate/names.ts";
import { inclusiveRange, type Place } from "../../../validate/place.ts";
import { checkNoBacksteps } from "./paths.ts";

/** What to check of a source of a volume, by its field. */
export type Sources = Readonly<Record<string, (source: Place) => void>>;

/** Fields that a source can't do without. */
function needs(...keys: readonly string[]): (source: Place) => void {
  return (source) => {
    for (const key of keys) {
      const field = source.at(key);
      if (field.text === "" && field.size === 0) field.required();
    }
  };
}

/** A reference to a Secret, where there is one, has a name. */
export function needsSecretName(source: Place): void {
  if (source.at("secretRef").isSet) source.at("secretRef", "name").isNeeded();
}

function checkPartition(source: Place): void {
  const partition = source.at("partition");
  if (partition.number < 0 || partition.number > 255) partition.invalid(inclusiveRange(1, 255));
}

const hostPathTypes = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];

function checkHostPath(source: Place): void {
  if (source.at("path").text === "") {
    source.at("path").required();
    return;
  }
  checkNoBacksteps(source.at("path"));
  if (source.at("type").isSet) source.at("type").isOneOf(hostPathTypes);
}

function checkNfs(source: Place): void {
  const path = source.at("path");
  source.at("server").isNeeded();
  path.isNeeded();
  if (!path.text.startsWith("/")) path.invalid("must be an absolute path", path.text);
}

const initiators: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};

function checkInitiator(name: Place, whenUnknown: string): void {
  const kind = name.text.slice(0, 3);
  const pattern = initiators[kind];
  if (pattern === undefined) name.invalid(whenUnknown);
  else if (!pattern.test(name.text)) name.invalid("must be valid format");
}

/** The longest `<volume>:<portal>` when an initiator is named. */
const longestInitiated = 64;

/** What upstream says when that is longer. */
export const initiatorTooLong =
  "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";

/** Tells whether a volume's name is too long for the initiator of its source. */
export function isInitiatorTooLong(name: string, source: Place): boolean {
  if (!source.at("initiatorName").isSet) return false;
  return `${name}:${source.at("targetPortal").text}`.length > longestInitiated;
}

const initiatorFormats = "must be valid format starting with iqn, eui, or naa";

/** Checks a target; `whenUnknown` is what is said of a name of another sort. */
export function checkIscsi(source: Place, whenUnknown = initiatorFormats): void {
  source.at("targetPortal").isNeeded();
  const iqn = source.at("iqn");
  if (iqn.text === "") iqn.required();
  else checkInitiator(iqn, whenUnknown);
  source.at("lun").isWithin(0, 255);
  const isAuthenticated = ["chapAuthDiscovery", "chapAuthSession"].some(
    (key) => source.at(key).value === true,
  );
  if (isAuthenticated && !source.at("secretRef").isSet) source.at("secretRef").required();
  const initiator = source.at("initiatorName");
  if (initiator.isSet) checkInitiator(source.called("initiatorname", initiator.value), whenUnknown);
}

function checkFibreChannel(source: Place): void {
  const names = source.at("targetWWNs");
  const hasIds = source.at("wwids").size > 0;
  const lun = source.at("lun");
  if (names.size === 0 && !hasIds) names.required("must specify either targetWWNs or wwids, but not both");
  if (names.size > 0 && hasIds) names.invalid("targetWWNs and wwids can not be specified simultaneously");
  if (names.size === 0) return;
  if (lun.isSet) lun.isWithin(0, 255);
  else lun.required("lun is required if targetWWNs is specified");
}

/** The field of a multi-user system's user, and the longest there is; Quobyte's name for it. */
const quobyteUser = { field: "tenant", longest: 64 };

function checkQuobyte(source: Place): void {
  const registry = source.at("registry");
  const user = source.at(quobyteUser.field);
  const pairs = "must be a host:port pair or multiple pairs separated by commas";
  if (registry.text === "") registry.required(pairs);
  else if (user.text.length > quobyteUser.longest) {
    user.required("must be a UUID and may not exceed a length of 64 characters");
  } else {
    for (const pair of registry.text.split(",")) if (!isHostAndPort(pair)) registry.invalid(pairs);
  }
  source.at("volume").isNeeded();
}

const isHostAndPort = (pair: string) => /^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(pair);

function checkFlocker(source: Place): void {
  const name = source.at("datasetName");
  const hasId = source.at("datasetUUID").text !== "";
  if (name.text === "" && !hasId) source.required("one of datasetName and datasetUUID is required");
  if (name.text !== "" && hasId) {
    source.invalid("datasetName and datasetUUID can not be specified simultaneously", "resource");
  }
  if (name.text.includes("/")) name.invalid("must not contain '/'");
}

function checkFlex(source: Place): void {
  source.at("driver").isNeeded();
  for (const [key, option] of source.at("options").entries()) {
    const domain = `.${(key.split("/")[0] ?? "").toLowerCase()}`;
    if (domain.endsWith(".kubernetes.io") || domain.endsWith(".k8s.io")) {
      option.invalid("kubernetes.io and k8s.io namespaces are reserved", key);
    }
  }
}

function checkAzureDisk(source: Place): void {
  const uri = source.at("diskURI");
  const kind = source.at("kind");
  source.at("diskName").isNeeded();
  uri.isNeeded();
  if (source.at("cachingMode").isSet) source.at("cachingMode").isOneOf(["None", "ReadOnly", "ReadWrite"]);
  if (!kind.isSet) return;
  kind.isOneOf(["Dedicated", "Managed", "Shared"]);
  if (kind.text === "Managed" && !uri.text.startsWith("/subscriptions/")) {
    uri.unsupported(
      ["/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"],
      uri.text,
    );
  }
  if (kind.text !== "Managed" && !uri.text.startsWith("https://")) {
    uri.unsupported(
      ["https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"],
      uri.text,
    );
  }
}

/** Checks StorageOS' part that a Pod's volume and a PersistentVolume share. */
export function checkStorageOs(source: Place): void {
  source.at("volumeName").needs(dnsLabel);
  if (source.at("volumeNamespace").text !== "") source.at("volumeNamespace").follows(dnsLabel);
  needsSecretName(source);
}

const longestDriver = 63;

/** Checks the name of a CSI driver. */
export function checkCsiDriver(driver: Place): void {
  if (driver.text === "") {
    driver.required();
    return;
  }
  if (driver.text.length > longestDriver) driver.tooLong(longestDriver);
  for (const fault of dnsSubdomain(driver.text.toLowerCase())) driver.invalid(fault);
}

/** Sources that a Pod's volume and a PersistentVolume have in common, in the order in which they are looked at. */
export const sharedSources = {
  hostPath: checkHostPath,
  gcePersistentDisk: withPartition("pdName"),
  awsElasticBlockStore: withPartition("volumeID"),
  nfs: checkNfs,
  glusterfs: needs("endpoints", "path"),
  flocker: checkFlocker,
  rbd: needs("monitors", "image"),
  cephfs: needs("monitors"),
  quobyte: checkQuobyte,
  fc: checkFibreChannel,
  flexVolume: checkFlex,
  azureFile: needs("secretName", "shareName"),
  vsphereVolume: needs("volumePath"),
  photonPersistentDisk: needs("pdID"),
  portworxVolume: needs("volumeID"),
  azureDisk: checkAzureDisk,
  scaleIO: needs("gateway", "system", "volumeName"),
} satisfies Sources;

function withPartition(needed: string): (source: Place) => void {
  return (source) => {
    needs(needed)(source);
    checkPartition(source);
  };
}

/** Checks that a volume has one source, and that source; says how many there are. */
export function checkOneSource(
  volume: Place,
  sources: Sources,
  names: Readonly<Record<string, string>>,
): void {
  let count = 0;
  for (const [key, check] of Object.entries(sources)) {
    const source = volume.at(key);
    if (!source.isSet) continue;
    count++;
    if (count > 1 && key !== "emptyDir") {
      volume
        .called(extraNames[key] ?? key, source.value)
        .forbidden("may not specify more than 1 volume type");
    } else check(volume.called(names[key] ?? key, source.value));
  }
  if (count === 0) volume.required("must specify a volume type");
}

/** Under what name upstream forbids a second source, where it isn't the field's. */
const extraNames: Readonly<Record<string, string>> = { cephfs: "cephFS", downwardAPI: "downwarAPI" };
