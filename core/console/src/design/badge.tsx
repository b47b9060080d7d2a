import type { ReactNode } from "react";

type Tone = "good" | "busy" | "warn" | "bad" | "hold" | "idle" | "accent";

const tones: Readonly<Record<Tone, string>> = {
  good: "text-good bg-good-soft",
  busy: "text-busy bg-busy-soft",
  warn: "text-warn bg-warn-soft",
  bad: "text-bad bg-bad-soft",
  hold: "text-hold bg-hold-soft",
  idle: "text-idle bg-idle-soft",
  accent: "text-accent bg-accent-soft",
};

/** A word or two that stand out. */
export function Badge({ tone = "idle", children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 whitespace-nowrap rounded-full px-2.5 py-0.5 font-semibold text-xs ${tones[tone]}`}
    >
      {children}
    </span>
  );
}
