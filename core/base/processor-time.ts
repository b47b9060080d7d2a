/** Milliseconds that this thread has had of a processor: what it waits for doesn't count, nor what others do. */
export function processorTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
