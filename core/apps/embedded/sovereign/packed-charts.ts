import { type Digest, digestOf } from "@catalyst/base/digest";
import type { Catalog, CatalogRelease } from "@catalyst/blueprint/catalog";
import type { ArchivedChart } from "@catalyst/charts/records";

/** Packed charts kept at hand; a push of many Applications reads each once. */
const archiveLimit = 16;

/** Reads the packed charts of a catalog's releases, and keeps those read last. Throws as `Catalog.chart`. */
export function packedCharts(catalog: Catalog): (release: CatalogRelease) => Promise<ArchivedChart> {
  const archives = new Map<Digest, Promise<ArchivedChart>>();
  return (release) => {
    const known = archives.get(release.digest);
    if (known !== undefined) return known;
    const read = catalog.chart(release).then((archive) => ({ archive, archiveDigest: digestOf(archive) }));
    archives.set(release.digest, read);
    read.catch(() => archives.delete(release.digest));
    const [oldest] = archives.keys();
    if (archives.size > archiveLimit && oldest !== undefined) archives.delete(oldest);
    return read;
  };
}
