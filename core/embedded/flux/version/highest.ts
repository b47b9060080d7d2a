import { compareVersions, tryParseVersion } from "@catalyst/base/version";
import { parseRange } from "@catalyst/base/version-range";

/** Gives the highest of `texts` that a range allows; what isn't a version is passed over. */
export function highestVersion(texts: readonly string[], range: string): string | undefined {
  const allowed = parseRange(range);
  return texts
    .flatMap((text) => {
      const version = tryParseVersion(text);
      return version !== undefined && allowed.matches(version) ? [{ text, version }] : [];
    })
    .sort((a, b) => compareVersions(b.version, a.version))
    .at(0)?.text;
}
