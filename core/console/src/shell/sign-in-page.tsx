import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { queries } from "../api/queries.ts";
import { buttonClass } from "../design/button.tsx";
import { Code } from "../design/code.tsx";
import { usePageTitle } from "../design/page-title.ts";
import { Skeleton } from "../design/states.tsx";
import { Mark } from "./mark.tsx";

/** How to get in: by the identity provider where there is one, and by a link from the command line. */
export function SignInPage({
  ended,
}: {
  /** Somebody was signed in until a moment ago. */ readonly ended: boolean;
}) {
  const { t } = useTranslation();
  const signIn = useQuery(queries.signIn());
  usePageTitle(t("signIn.title"));
  const linkUsed = new URLSearchParams(location.search).get("sign-in") === "link-used";
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <div className="grid w-full max-w-md gap-6 rounded-2xl border border-line bg-raised p-8 shadow-sm">
        <Mark size={44} />
        <div className="grid gap-2">
          <h1 className="font-semibold text-2xl tracking-tight">{t("signIn.title")}</h1>
          <p className="text-ink-soft">{t("signIn.text")}</p>
        </div>
        {ended && (
          <p role="status" className="rounded-lg bg-idle-soft px-3 py-2 text-ink-soft text-sm">
            {t("signIn.ended")}
          </p>
        )}
        {linkUsed && (
          <p role="alert" className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
            {t("signIn.linkUsed")}
          </p>
        )}
        {signIn.isPending && <Skeleton lines={1} />}
        {signIn.data === true && (
          <a
            href={`/v1/sign-in?returnTo=${encodeURIComponent(`${location.pathname}${location.search}`)}`}
            className={buttonClass("primary")}
          >
            {t("signIn.button")}
          </a>
        )}
        <div className="grid gap-2 border-line border-t pt-5 text-ink-soft text-sm">
          <p>{signIn.data === true ? t("signIn.orByLink") : t("signIn.byLink")}</p>
          <Code block copy>
            ./catalyst open
          </Code>
        </div>
      </div>
    </main>
  );
}
