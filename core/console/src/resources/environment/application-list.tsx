import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApplicationCard } from "./application-card.tsx";
import { rowsOf, type Section } from "./sections.ts";

/** The narrowest a card may be, in pixels. */
const cardWidth = 290;

/** Cards of any number of Applications; only the rows in sight are in the page. */
export function ApplicationList({
  sections,
  more,
  onMore,
}: {
  readonly sections: readonly Section[];
  readonly more: boolean;
  readonly onMore: () => void;
}) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const { columns, top } = usePlace(list);
  const rows = useMemo(() => rowsOf(sections, columns), [sections, columns]);
  // the same function for the same rows: a new one would have every row measured again at each scroll
  const keyOf = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index] !== undefined && "cards" in rows[index] ? 158 : 44),
    getItemKey: keyOf,
    scrollMargin: top,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - 10) onMore();
  }, [more, last, rows.length, onMore]);
  return (
    <div ref={list} className="relative" style={{ height: virtual.getTotalSize() }}>
      {items.map(({ index, start, key }) => {
        const row = rows[index];
        return (
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className="absolute top-0 left-0 w-full pb-3"
            style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
          >
            {row !== undefined && "section" in row && (
              <h2 className={`flex items-baseline gap-2 font-semibold text-sm ${index === 0 ? "" : "pt-4"}`}>
                {row.section.kind === "backing" ? t("environment.backing") : t(`phase.${row.section.kind}`)}
                <span className="font-normal text-ink-faint">{row.section.items.length}</span>
              </h2>
            )}
            {row !== undefined && "cards" in row && (
              <div
                className="grid gap-3"
                style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
              >
                {row.cards.map((application) => (
                  <ApplicationCard key={application.name} application={application} />
                ))}
              </div>
            )}
          </div>
        );
      })}
    </div>
  );
}

/** How many cards fit beside each other, and where the list begins on the page. */
function usePlace(list: { readonly current: HTMLDivElement | null }): {
  readonly columns: number;
  readonly top: number;
} {
  const [place, setPlace] = useState({ columns: 1, top: 0 });
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const measure = () => {
      const { width, top } = element.getBoundingClientRect();
      setPlace({ columns: Math.max(1, Math.floor(width / cardWidth)), top: top + window.scrollY });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list]);
  return place;
}
