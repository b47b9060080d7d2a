import { AlertOctagon, Inbox } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/http.ts";
import { Button } from "./button.tsx";

/** There is nothing here, and what to do about it. */
export function EmptyState({
  title,
  text,
  action,
  level = 2,
}: {
  readonly title: string;
  readonly text?: string;
  /** 1 when nothing else on the page is its heading. */
  readonly level?: 1 | 2;
  readonly action?: ReactNode;
}) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div className="grid justify-items-center gap-3 rounded-xl border border-line border-dashed px-6 py-14 text-center">
      <Inbox size={28} className="text-ink-faint" aria-hidden />
      <Heading className="font-semibold text-lg">{title}</Heading>
      {text !== undefined && <p className="max-w-md text-ink-soft">{text}</p>}
      {action}
    </div>
  );
}

/** What happened, why, and what to do. */
export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { t } = useTranslation();
  const problem = error instanceof ApiProblem ? error : undefined;
  return (
    <div role="alert" className="flex gap-3 rounded-xl border border-line bg-bad-soft px-4 py-3">
      <AlertOctagon size={20} className="mt-0.5 shrink-0 text-bad" aria-hidden />
      <div className="grid gap-1">
        <p className="font-semibold text-bad">{problem?.message ?? t("error.unexpected")}</p>
        {problem?.field !== undefined && <p className="font-mono text-ink-soft text-xs">{problem.field}</p>}
        <p className="text-ink-soft">{problem === undefined ? t("error.unexpectedHint") : problem.hint}</p>
        {retry !== undefined && (
          <div>
            <Button onClick={retry}>{t("action.tryAgain")}</Button>
          </div>
        )}
      </div>
    </div>
  );
}

/** The shape of what is coming. */
export function Skeleton({
  lines = 3,
  className = "",
}: {
  readonly lines?: number;
  readonly className?: string;
}) {
  const { t } = useTranslation();
  return (
    <output aria-label={t("state.loading")} className={`grid gap-3 ${className}`}>
      {Array.from({ length: lines }, (_, index) => `line-${index}`).map((key, index) => (
        <span key={key} className="skeleton block h-5" style={{ width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
    </output>
  );
}
