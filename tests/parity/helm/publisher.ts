import type { FoundChart } from "./find.ts";

/** Words of addresses and folders that say nothing of whose charts are there. */
const anybodys: ReadonlySet<string> = new Set(
  `amazonaws artifacts aws blob chart charts cloud com dev docker ecr gcr gh-pages ghcr git github githubusercontent
  gitlab googleapis helm helm-chart helm-charts http https incubator index k8s kubernetes main master net oci org
  pages pkg public quay raw registry registry-1 releases repo repository s3 stable storage www`.split(/\s+/),
);

/** A word this short is found in others by chance. */
const shortest = 4;

/** Tells whether a chart is of the repository that a dependency names: its folders say so, or they don't. */
export function isOfRepository({ path, name }: FoundChart, repository: string): boolean {
  const folders = wordsOf(path, name);
  return wordsOf(repository, name).some((word) =>
    folders.some(
      (folder) =>
        folder === word ||
        (Math.min(folder.length, word.length) >= shortest &&
          (folder.includes(word) || word.includes(folder))),
    ),
  );
}

/** A chart's own name says nothing either: there may be one of everybody's. */
function wordsOf(text: string, chart: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9-]+/)
    .filter((word) => word.length > 2 && word !== chart && !anybodys.has(word));
}
