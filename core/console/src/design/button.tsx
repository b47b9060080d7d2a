import type { ButtonHTMLAttributes, ReactNode } from "react";

type Tone = "primary" | "plain" | "quiet" | "danger";

const tones: Readonly<Record<Tone, string>> = {
  primary: "bg-accent text-accent-ink hover:brightness-110 border-transparent",
  plain: "bg-raised text-ink border-line hover:bg-idle-soft",
  quiet: "bg-transparent text-ink-soft border-transparent hover:bg-idle-soft hover:text-ink",
  danger: "bg-raised text-bad border-line hover:bg-bad-soft",
};

/** The look of everything that is pressed, links among it. */
export function buttonClass(tone: Tone = "plain"): string {
  return `inline-flex h-9 items-center justify-center gap-2 rounded-lg border px-3.5 text-sm font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${tones[tone]}`;
}

export function Button({
  tone = "plain",
  icon,
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { readonly tone?: Tone; readonly icon?: ReactNode }) {
  return (
    <button type="button" {...rest} className={`${buttonClass(tone)} ${rest.className ?? ""}`}>
      {icon}
      {children}
    </button>
  );
}
