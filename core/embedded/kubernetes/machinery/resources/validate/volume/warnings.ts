import { Place } from "../../../validate/place.ts";
import { at, type Fields } from "../../fields.ts";
import { nodeTermWarnings } from "../pod/node-labels.ts";
import { nanos } from "../pod/resources.ts";

const unit = 1_000_000_000n;

/** What a writer is told of the spec of a claim, or of a claim's template. */
export function claimSpecWarnings(spec: Place): readonly string[] {
  return ["requests", "limits"].flatMap((list) => {
    const size = spec.at("resources", list).entry("storage");
    if (!size.isSet || nanos(size.value) % unit === 0n) return [];
    return [
      `${size.path}: fractional byte value ${JSON.stringify(size.text)} is invalid, must be an integer`,
    ];
  });
}

const classAnnotation = "volume.beta.kubernetes.io/storage-class";
const mountAnnotation = "volume.beta.kubernetes.io/mount-options";
const useClass = 'deprecated since v1.8; use "storageClassName" attribute instead';
const useOptions = 'deprecated since v1.31; use "mountOptions" attribute instead';

/** What a writer of a PersistentVolumeClaim is told. */
export function claimWarnings(claim: Fields): readonly string[] {
  const annotation = at(claim, "metadata", "annotations")[classAnnotation];
  return [
    ...(annotation === undefined ? [] : [`metadata.annotations[${classAnnotation}]: ${useClass}`]),
    ...claimSpecWarnings(new Place("spec", claim["spec"], [])),
  ];
}

const deprecated: Readonly<Record<string, string>> = {
  cephfs: "deprecated in v1.28, non-functional in v1.31+",
  photonPersistentDisk: "deprecated in v1.11, non-functional in v1.16+",
  scaleIO: "deprecated in v1.16, non-functional in v1.22+",
  storageos: "deprecated in v1.22, non-functional in v1.25+",
  glusterfs: "deprecated in v1.25, non-functional in v1.26+",
  rbd: "deprecated in v1.28, non-functional in v1.31+",
};

/** What a writer of a PersistentVolume is told. */
export function volumeWarnings(volume: Fields): readonly string[] {
  const spec = new Place("spec", volume["spec"], []);
  const annotations = at(volume, "metadata", "annotations");
  const old = Object.entries({ [classAnnotation]: useClass, [mountAnnotation]: useOptions });
  const terms = spec.at("nodeAffinity", "required", "nodeSelectorTerms").items();
  const policy = spec.at("persistentVolumeReclaimPolicy");
  const instead = "Instead, the recommended approach is to use dynamic provisioning.";
  return [
    ...old.flatMap(([key, message]) =>
      annotations[key] === undefined ? [] : [`metadata.annotations[${key}]: ${message}`],
    ),
    ...(policy.text === "Recycle"
      ? [`${policy.path}: The Recycle reclaim policy is deprecated. ${instead}`]
      : []),
    ...terms.flatMap((term) => nodeTermWarnings(term, false)),
    ...Object.entries(deprecated).flatMap(([source, message]) =>
      spec.at(source).isSet ? [`spec.${source === "storageos" ? "storageOS" : source}: ${message}`] : [],
    ),
  ];
}
