import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { createContext, use, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { queries } from "../api/queries.ts";
import { ErrorState, Skeleton } from "../design/states.tsx";
import { ValueLines } from "./value-lines.tsx";

/** How a form asks for the chart's values that a field of config reaches. */
export type ValuesOfField = (field: string) => ReturnType<typeof queries.fieldValues>;

/** Without it fields say nothing of where they come from. */
export const ValuesContext = createContext<ValuesOfField | undefined>(undefined);

/** Opens to where a field's value comes from and which lines of the chart read it; asked for once it is opened. */
export function WhereFrom({ field, label }: { readonly field: string; readonly label: string }) {
  const { t } = useTranslation();
  const values = use(ValuesContext);
  const [open, setOpen] = useState(false);
  const id = useId();
  if (values === undefined) return null;
  return (
    <div className="grid gap-1">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className="-ml-1 flex h-6 items-center gap-1 justify-self-start rounded px-1 text-ink-faint text-xs hover:bg-idle-soft hover:text-ink"
      >
        <ChevronRight
          size={13}
          aria-hidden
          className={`shrink-0 transition-transform ${open ? "rotate-90" : ""}`}
        />
        {t("values.where")} <span className="sr-only">{label}</span>
      </button>
      {open && (
        <div id={id} className="border-line border-l-2 py-1 pl-3">
          <Answer query={values(field)} />
        </div>
      )}
    </div>
  );
}

function Answer({ query }: { readonly query: ReturnType<ValuesOfField> }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(query);
  if (error !== null) return <ErrorState error={error} />;
  if (data === undefined) return <Skeleton lines={2} />;
  if (data.items.length === 0) return <p className="text-ink-soft text-xs">{t("values.unmapped")}</p>;
  return (
    <ul className="grid gap-3">
      {data.items.map((value) => (
        <li key={value.path} className="grid min-w-0 gap-1">
          <code className="break-all font-medium font-mono text-xs">{value.path}</code>
          <ValueLines value={value} />
        </li>
      ))}
    </ul>
  );
}
