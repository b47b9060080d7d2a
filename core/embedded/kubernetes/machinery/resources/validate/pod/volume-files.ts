import type { Place } from "../../../validate/place.ts";
import { checkMode, checkNotReserved } from "../volume/paths.ts";
import { checkFieldReference, checkResourceReference } from "./environment.ts";

/** Checks which keys become which files. */
export function checkItems(items: Place): void {
  for (const item of items.items()) {
    item.at("key").isNeeded();
    item.at("path").isNeeded();
    checkNotReserved(item.at("path"));
    checkMode(item.at("mode"));
  }
}

const fieldsOfVolumes = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];

/** Checks a file that says something of the Pod; upstream places all its faults at `source`. */
export function checkDownwardFile(source: Place, file: Place): void {
  const path = source.called("path", file.at("path").value);
  path.isNeeded();
  checkNotReserved(path);
  const field = source.called("fieldRef", file.at("fieldRef").value);
  const resource = source.called("resourceFieldRef", file.at("resourceFieldRef").value);
  if (field.isSet) {
    checkFieldReference(field, fieldsOfVolumes);
    if (resource.isSet) {
      source.invalid("fieldRef and resourceFieldRef can not be specified simultaneously", "resource");
    }
  } else if (resource.isSet) checkResourceReference(resource, true);
  else source.required("one of fieldRef and resourceFieldRef is required");
  checkMode(source.called("mode", file.at("mode").value));
}
