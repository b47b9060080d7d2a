import { LogOut } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Me } from "../api/queries.ts";
import { useSignOut } from "./sign-out.ts";

/** Who is signed in, and the way out. */
export function Account({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <div className="flex w-full min-w-0 items-center gap-2.5 px-1">
      <span
        aria-hidden
        className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-accent text-sm"
      >
        {(me.name[0] ?? me.user[0] ?? "?").toUpperCase()}
      </span>
      <span className="grid min-w-0 leading-tight">
        <span className="truncate font-medium text-sm">{me.name}</span>
        <span className="truncate text-ink-faint text-xs">{me.email}</span>
      </span>
      <button
        type="button"
        aria-label={t("action.signOut")}
        title={t("action.signOut")}
        disabled={signOut.isPending}
        onClick={() => signOut.mutate()}
        className="ml-auto grid size-8 shrink-0 place-items-center rounded-lg text-ink-faint hover:bg-idle-soft hover:text-ink"
      >
        <LogOut size={16} aria-hidden />
      </button>
    </div>
  );
}
