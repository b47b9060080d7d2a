import { chartFolder, type FileTree, filesBelow } from "../folder/index.ts";

/** Where in a Blueprint's folder the charts lie that stand in for those it wraps. */
const standIns = `${chartFolder}/tests/stand-ins`;

/**
 * Gives a Blueprint's files with its stand-ins in place of the charts it wraps, which come from a repository that
 * tests don't reach.
 */
export function withStandIns(files: FileTree): FileTree {
  const inside = [...filesBelow(files, standIns)].map(
    ([path, bytes]) => [`${chartFolder}/charts/${path}`, bytes] as const,
  );
  return new Map([...files, ...inside]);
}
