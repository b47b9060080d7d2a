import type { Place } from "../../../validate/place.ts";
import { checkMode, checkNotReserved } from "../volume/paths.ts";
import { checkDownwardFile, checkItems } from "./volume-files.ts";

const kinds = ["secret", "configMap", "downwardAPI", "serviceAccountToken"];
const shortestToken = 600;
const longestToken = 2 ** 32;

/** Checks a volume made of several sources; no two of them write the same file. */
export function checkProjected(volume: Place): void {
  checkMode(volume.at("defaultMode"));
  const paths = new Set<string>();
  const claim = (path: string, shown: string) => {
    if (path !== "" && paths.has(path)) volume.invalid("conflicting duplicate paths", shown);
    paths.add(path);
  };
  for (const source of volume.at("sources").items()) {
    for (const key of ["secret", "configMap"]) checkKeys(source.at(key), claim);
    checkFiles(source.at("downwardAPI"), claim);
    if (source.at("serviceAccountToken").isSet) checkToken(volume, source.at("serviceAccountToken"));
    if (kinds.filter((kind) => source.at(kind).isSet).length > 1) {
      source.forbidden("may not specify more than 1 volume type per source");
    }
  }
}

type Claim = (path: string, shown: string) => void;

function checkKeys(source: Place, claim: Claim): void {
  if (!source.isSet) return;
  const name = source.at("name");
  name.isNeeded();
  checkItems(source.at("items"));
  for (const item of source.at("items").items()) claim(item.at("path").text, name.text);
}

function checkFiles(source: Place, claim: Claim): void {
  for (const file of source.at("items").items()) {
    checkDownwardFile(source, file);
    claim(file.at("path").text, file.at("path").text);
  }
}

/** Upstream places a token's path at the volume. */
function checkToken(volume: Place, token: Place): void {
  const expiration = token.at("expirationSeconds");
  if (expiration.number < shortestToken) {
    expiration.invalid("may not specify a duration less than 10 minutes");
  }
  if (expiration.number > longestToken) {
    expiration.invalid("may not specify a duration larger than 2^32 seconds");
  }
  const path = volume.called("path", token.at("path").value);
  if (path.text === "") path.required();
  else checkNotReserved(path);
}
