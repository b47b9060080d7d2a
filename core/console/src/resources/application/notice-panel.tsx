import type { Notice } from "@catalyst/model/application";
import { LifeBuoy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Ago } from "../../design/ago.tsx";

/** What the platform did to an Application of its own accord. */
export function NoticePanel({ notice: { sentence, time } }: { readonly notice: Notice }) {
  const { t } = useTranslation();
  return (
    <section
      aria-label={t("notice.title")}
      className="flex gap-4 rounded-xl border border-line bg-busy-soft p-4"
    >
      <LifeBuoy size={24} className="mt-0.5 shrink-0 text-busy" aria-hidden />
      <div className="grid gap-1">
        <h2 className="font-semibold text-busy text-sm">{t("notice.title")}</h2>
        <p className="text-base">{sentence}</p>
        <p className="text-ink-soft text-sm">
          <Ago time={time} />
        </p>
      </div>
    </section>
  );
}
