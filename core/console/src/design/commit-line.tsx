import type { CommitView } from "@catalyst/model/view";
import { GitCommitHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Ago } from "./ago.tsx";
import { CopyButton } from "./code.tsx";

/** A commit: what, who, when. */
export function CommitLine({ commit: { id, message, author, date } }: { readonly commit: CommitView }) {
  const { t } = useTranslation();
  return (
    <div className="flex min-w-0 gap-2.5 text-sm">
      <GitCommitHorizontal size={17} className="mt-0.5 shrink-0 text-ink-faint" aria-hidden />
      <div className="min-w-0">
        <p className="break-words font-medium">{message.split("\n")[0]}</p>
        <p className="flex flex-wrap items-center gap-x-2 text-ink-faint text-xs">
          {t("commit.by", { author })}
          <Ago time={date} />
          <span className="inline-flex items-center gap-1">
            <code className="font-mono">{id.slice(0, 10)}</code>
            <CopyButton text={id} />
          </span>
        </p>
      </div>
    </div>
  );
}
