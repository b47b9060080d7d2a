import { useSyncExternalStore } from "react";

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** How often texts are brought up to date, in milliseconds. */
const tick = 15_000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const readers = new Set<() => void>();

/** How long ago, in words that stay true; the exact time on hover. */
export function Ago({ time }: { readonly time: string }) {
  const reference = useSyncExternalStore(subscribe, () => now);
  return (
    <time dateTime={time} title={new Date(time).toLocaleString()}>
      {agoOf(Date.parse(time), reference)}
    </time>
  );
}

/** Words for a moment in milliseconds, seen from another: `2 minutes ago`, `in 3 days`. */
export function agoOf(time: number, reference: number): string {
  const seconds = Math.round((time - reference) / 1000);
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const step = steps.find(([, length]) => Math.abs(seconds) >= length);
  if (step === undefined) return format.format(0, "second");
  return format.format(Math.trunc(seconds / step[1]), step[0]);
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of readers) each();
  }, tick);
  return () => {
    readers.delete(reader);
    if (readers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    now = Date.now();
  };
}
