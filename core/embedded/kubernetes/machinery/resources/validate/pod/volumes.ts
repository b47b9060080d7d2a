import { dnsLabel, dnsSubdomain } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import { checkClaimTemplate } from "../volume/claim.ts";
import { checkDescending, checkMode } from "../volume/paths.ts";
import {
  checkCsiDriver,
  checkIscsi,
  checkOneSource,
  checkStorageOs,
  initiatorTooLong,
  isInitiatorTooLong,
  needsSecretName,
  type Sources,
  sharedSources,
} from "../volume/sources.ts";
import { pullPolicies } from "./container.ts";
import { checkProjected } from "./projected.ts";
import { checkDownwardFile, checkItems } from "./volume-files.ts";

/**
 * Checks a Pod's volumes; gives those without fault by their name. `podName` is "" in a template, where it isn't known
 * yet.
 */
export function checkVolumes(volumes: Place, podName: string, isPod: boolean): ReadonlyMap<string, Place> {
  const known = new Map<string, Place>();
  const all = volumes.items();
  const ephemeral = all.filter((volume) => volume.at("ephemeral").isSet && podName !== "");
  const made = new Set(ephemeral.map((volume) => `${podName}-${volume.at("name").text}`));
  for (const volume of all) {
    const name = volume.at("name");
    const before = volume.faultCount;
    checkOneSource(volume, isPod ? podSources : templateSources, { gcePersistentDisk: "persistentDisk" });
    checkNameWithSource(volume, podName);
    name.needs(dnsLabel);
    if (known.has(name.text)) name.duplicate();
    if (volume.faultCount === before) known.set(name.text, volume);
    const claim = volume.at("persistentVolumeClaim", "claimName");
    if (made.has(claim.text)) {
      claim.invalid("must not reference a PVC that gets created for an ephemeral volume");
    }
  }
  return known;
}

function checkNameWithSource(volume: Place, podName: string): void {
  const name = volume.at("name");
  if (volume.at("iscsi").isSet && isInitiatorTooLong(name.text, volume.at("iscsi"))) {
    name.invalid(initiatorTooLong);
  }
  if (!volume.at("ephemeral").isSet || podName === "" || name.text === "") return;
  const claim = `${podName}-${name.text}`;
  for (const fault of dnsSubdomain(claim)) name.invalid(`PVC name ${JSON.stringify(claim)}: ${fault}`);
}

function checkKeyFiles(nameField: string): (source: Place) => void {
  return (source) => {
    source.at(nameField).isNeeded();
    checkMode(source.at("defaultMode"));
    checkItems(source.at("items"));
  };
}

function checkDownward(source: Place): void {
  checkMode(source.at("defaultMode"));
  for (const file of source.at("items").items()) checkDownwardFile(source, file);
}

function checkCsi(source: Place): void {
  checkCsiDriver(source.at("driver"));
  const secret = source.at("nodePublishSecretRef");
  if (!secret.isSet) return;
  if (secret.at("name").text === "") secret.at("name").required();
  else source.called("name", secret.at("name").value).follows(dnsSubdomain);
}

function checkGitRepo(source: Place): void {
  source.at("repository").isNeeded();
  checkDescending(source.at("directory"));
}

function checkEphemeral(source: Place): void {
  const template = source.at("volumeClaimTemplate");
  if (template.isSet) checkClaimTemplate(template);
  else template.required();
}

function checkImage(source: Place, isPod: boolean): void {
  if (isPod) source.at("reference").isNeeded();
  source.at("pullPolicy").needsOneOf(pullPolicies);
}

function checkEmptyDir(source: Place): void {
  if (source.at("sizeLimit").text.startsWith("-")) {
    source.at("sizeLimit").forbidden("SizeLimit field must be a valid resource quantity");
  }
}

const { hostPath, gcePersistentDisk, awsElasticBlockStore, nfs, glusterfs, flocker, rbd, cephfs, quobyte } =
  sharedSources;
const { fc, flexVolume, azureFile, vsphereVolume, photonPersistentDisk, portworxVolume, azureDisk, scaleIO } =
  sharedSources;

/** In the order in which they are looked at: of two sources the later is one too many. */
const templateSources: Sources = {
  emptyDir: checkEmptyDir,
  hostPath,
  gitRepo: checkGitRepo,
  gcePersistentDisk,
  awsElasticBlockStore,
  secret: checkKeyFiles("secretName"),
  nfs,
  iscsi: (source) => checkIscsi(source),
  glusterfs,
  flocker,
  persistentVolumeClaim: (source) => source.at("claimName").isNeeded(),
  rbd,
  cinder: (source) => {
    source.at("volumeID").isNeeded();
    needsSecretName(source);
  },
  cephfs,
  quobyte,
  downwardAPI: checkDownward,
  fc,
  flexVolume,
  configMap: checkKeyFiles("name"),
  azureFile,
  vsphereVolume,
  photonPersistentDisk,
  portworxVolume,
  azureDisk,
  storageos: checkStorageOs,
  projected: checkProjected,
  scaleIO,
  csi: checkCsi,
  ephemeral: checkEphemeral,
  image: (source) => checkImage(source, false),
};

const podSources: Sources = { ...templateSources, image: (source) => checkImage(source, true) };
