import { validateAnnotations, validateLabels } from "../../../validate/metadata.ts";
import { dnsLabel, dnsSubdomain } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import { validateSelector } from "../../../validate/selector.ts";
import { checkAmount, nanos } from "../pod/resources.ts";

const modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/** Checks how often a volume can be used at the same time. */
export function checkAccessModes(list: Place): void {
  const known = list.texts.filter((mode) => modes.includes(mode));
  for (const mode of list.texts) if (!modes.includes(mode)) list.unsupported(modes, mode);
  const isOnce = known.includes("ReadWriteOncePod");
  if (isOnce && known.some((mode) => mode !== "ReadWriteOncePod")) {
    list.forbidden("may not use ReadWriteOncePod with other access modes");
  }
}

/** Checks the spec of a claim, or of a claim's template. */
export function checkClaimSpec(spec: Place): void {
  if (spec.at("accessModes").size === 0)
    spec.at("accessModes").required("at least 1 access mode is required");
  const selector = spec.at("selector");
  if (selector.isSet) selector.add(validateSelector(selector.fields, selector.path));
  checkAccessModes(spec.at("accessModes"));
  checkSize(spec.at("resources"));
  for (const field of ["storageClassName", "volumeAttributesClassName"]) {
    if (spec.at(field).text !== "") spec.at(field).follows(dnsSubdomain);
  }
  if (spec.at("volumeMode").isSet) spec.at("volumeMode").isOneOf(["Block", "Filesystem"]);
  checkDataSource(spec.at("dataSource"));
  checkDataSource(spec.at("dataSourceRef"));
  checkDataSources(spec);
}

function checkSize(resources: Place): void {
  const requested = resources.at("requests").fields["storage"];
  const place = resources.keyed("storage", requested);
  if (requested === undefined) place.required();
  else if (nanos(requested) <= 0n) place.invalid("must be greater than zero");
  else checkAmount(place, "storage");
}

function checkDataSource(source: Place): void {
  if (!source.isSet) return;
  const kind = source.at("kind").text;
  const group = source.at("apiGroup");
  source.at("name").isNeeded();
  source.at("kind").isNeeded();
  if (group.text === "" && kind !== "PersistentVolumeClaim") {
    source.invalid("must be 'PersistentVolumeClaim' when referencing the default apiGroup", kind);
  }
  if (group.text !== "") group.follows(dnsSubdomain);
  if (source.at("namespace").text !== "") source.at("namespace").follows(dnsLabel);
}

/** The two fields for the same thing say the same. */
function checkDataSources(spec: Place): void {
  const source = spec.at("dataSource");
  const reference = spec.at("dataSourceRef");
  if (!source.isSet || !reference.isSet) return;
  if (reference.at("namespace").text !== "") {
    spec.invalid("may not be specified when dataSourceRef.namespace is specified", {});
    return;
  }
  const same = ["apiGroup", "kind", "name"].every(
    (key) => (source.at(key).value ?? null) === (reference.at(key).value ?? null),
  );
  if (!same) spec.invalid("must match dataSourceRef", {});
}

const templateMetadata = new Set(["annotations", "labels"]);

/** Checks the template of a claim that lives as long as its Pod. */
export function checkClaimTemplate(template: Place): void {
  const metadata = template.at("metadata");
  metadata.add(validateAnnotations(metadata.at("annotations").fields, `${metadata.path}.annotations`));
  metadata.add(validateLabels(metadata.at("labels").fields, `${metadata.path}.labels`));
  for (const key of Object.keys(metadata.fields)) {
    const isSaid = metadata.at(key).isSet && metadata.at(key).value !== "";
    if (!templateMetadata.has(key) && isSaid) metadata.at(key).forbidden("cannot be set");
  }
  checkClaimSpec(template.at("spec"));
}
