import { useRouterState } from "@tanstack/react-router";
import { Menu, Search } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConnected } from "../api/connection.ts";
import type { Me } from "../api/queries.ts";
import { Notices } from "../design/notices.tsx";
import { Mark } from "./mark.tsx";
import { Navigation } from "./navigation.tsx";
import { PageAnnouncer } from "./page-announcer.tsx";

const Palette = lazy(() => import("./palette.tsx").then(({ Palette }) => ({ default: Palette })));

/** Navigation at the side (behind a button on a phone), the page beside it. */
export function Shell({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [menu, setMenu] = useState(false);
  const [palette, setPalette] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu it was chosen from
  useEffect(() => setMenu(false), [path]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setPalette(true);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-accent focus:px-4 focus:py-2 focus:text-accent-ink"
      >
        {t("nav.skip")}
      </a>
      <header className="sticky top-0 z-30 flex items-center gap-2 border-line border-b bg-surface px-3 py-2 lg:hidden">
        <button
          type="button"
          aria-expanded={menu}
          aria-controls="navigation"
          aria-label={t("nav.menu")}
          onClick={() => setMenu(!menu)}
          className="grid size-10 place-items-center rounded-lg text-ink-soft hover:bg-idle-soft"
        >
          <Menu size={20} aria-hidden />
        </button>
        <Mark size={24} />
        <span className="font-semibold">Catalyst</span>
        <button
          type="button"
          aria-label={t("palette.open")}
          onClick={() => setPalette(true)}
          className="ml-auto grid size-10 place-items-center rounded-lg text-ink-soft hover:bg-idle-soft"
        >
          <Search size={19} aria-hidden />
        </button>
      </header>
      <aside
        id="navigation"
        className={`${menu ? "block" : "hidden"} border-line border-b bg-surface lg:sticky lg:top-0 lg:block lg:h-dvh lg:overflow-y-auto lg:border-r lg:border-b-0`}
      >
        <Navigation me={me} onSearch={() => setPalette(true)} />
      </aside>
      <main id="page" tabIndex={-1} className="min-w-0 outline-none">
        <ConnectionBanner />
        <div className="mx-auto w-full max-w-6xl px-4 py-6 sm:px-8 sm:py-8">{children}</div>
      </main>
      <Notices />
      <PageAnnouncer path={path} />
      {palette && (
        <Suspense>
          <Palette me={me} onClose={() => setPalette(false)} />
        </Suspense>
      )}
    </div>
  );
}

function ConnectionBanner() {
  const { t } = useTranslation();
  if (useConnected()) return null;
  return (
    <p role="status" className="bg-warn-soft px-4 py-2 text-center text-sm text-warn">
      {t("error.reconnecting")}
    </p>
  );
}
