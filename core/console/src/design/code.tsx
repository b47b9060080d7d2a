import { Check, Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

/** Text a person copies: addresses, commands, digests. A block has a line of its own. */
export function Code({
  children,
  block = false,
  copy = false,
}: {
  readonly children: string;
  readonly block?: boolean;
  readonly copy?: boolean;
}) {
  const text = (
    <code
      className={`break-all font-mono text-[0.85em] ${block ? "" : "rounded bg-idle-soft px-1.5 py-0.5"}`}
    >
      {children}
    </code>
  );
  if (!copy) return text;
  const shape = block ? "flex justify-between bg-idle-soft py-1 pr-1 pl-3" : "inline-flex max-w-full";
  return (
    <span className={`min-w-0 items-center gap-1 rounded-lg text-ink ${shape}`}>
      {text}
      <CopyButton text={children} />
    </span>
  );
}

/** Puts a text into the clipboard and says so. */
export function CopyButton({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={copied ? t("action.copied") : t("action.copy", { text })}
      className="grid size-7 shrink-0 place-items-center rounded-md text-ink-faint hover:bg-line hover:text-ink"
    >
      <Icon size={14} aria-hidden />
    </button>
  );
}

/** The beginning of a digest, which is enough to tell two apart; the whole of it is copied. */
export function Digest({ children }: { readonly children: string }) {
  return (
    <span className="inline-flex items-center gap-1" title={children}>
      <code className="font-mono text-[0.85em]">{children.replace(/^sha256:/, "").slice(0, 12)}</code>
      <CopyButton text={children} />
    </span>
  );
}

/** A document to be read: YAML, a manifest. */
export function CodeBlock({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-auto rounded-lg border border-line bg-surface p-3"
    >
      <pre className="font-mono text-xs leading-5">{children}</pre>
    </section>
  );
}
