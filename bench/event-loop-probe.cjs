// Loaded into a Sovereign by `node --require`: keeps the delays of its main thread's event loop, and writes the
// longest since the last time to the file that CATALYST_EVENT_LOOP_REPORT names, at each SIGUSR2.
// It wakes the thread a thousand times a second, which takes about 2 % of a processor: idle CPU is measured without it.
const { writeFileSync, renameSync } = require("node:fs");
const { monitorEventLoopDelay } = require("node:perf_hooks");
const { isMainThread } = require("node:worker_threads");

const file = process.env.CATALYST_EVENT_LOOP_REPORT;
if (isMainThread && file !== undefined && process.argv[1]?.endsWith("cli.ts")) {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  process.on("SIGUSR2", () => {
    const milliseconds = (nanoseconds) => nanoseconds / 1e6;
    const report = { longest: milliseconds(delays.max), p99: milliseconds(delays.percentile(99)) };
    delays.reset();
    writeFileSync(`${file}.new`, JSON.stringify(report));
    renameSync(`${file}.new`, file);
  });
}
