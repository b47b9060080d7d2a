import { Session } from "node:inspector/promises";
import { setFlagsFromString } from "node:v8";

/** Without these V8 stops counting what it has compiled, or forgets its counts. */
const countsAll = [
  "--no-opt",
  "--no-maglev",
  "--no-sparkplug",
  "--no-flush-bytecode",
  "--no-lazy-feedback-allocation",
];

/**
 * Counts how often the blocks of the machinery's code run: a measure of work that is the same on every machine, however
 * busy. What the language itself does (`includes`, `join`) isn't counted, however long its list. The process stays slow
 * afterwards: for a test file of its own, or its last test.
 */
export async function countWork(act: () => void | Promise<void>): Promise<number> {
  for (const flag of countsAll) setFlagsFromString(flag);
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    await act();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const own = result.filter(({ url }) => url.includes("/core/embedded/kubernetes/machinery/"));
    const ranges = own.flatMap(({ functions }) => functions.flatMap((each) => each.ranges));
    return ranges.reduce((sum, { count }) => sum + count, 0);
  } finally {
    session.disconnect();
  }
}
