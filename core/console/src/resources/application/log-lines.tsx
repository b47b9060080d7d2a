import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../design/button.tsx";

/** Lines of a log; only those in sight are in the page. It stays at the end until somebody scrolls up. */
export function LogLines({
  lines,
  nothing,
}: {
  readonly lines: readonly string[];
  /** What stands there instead of no lines. */
  readonly nothing: string;
}) {
  const { t } = useTranslation();
  const box = useRef<HTMLElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 30,
  });
  const toEnd = () => virtual.scrollToIndex(lines.length - 1, { align: "end" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line moves the end
  useEffect(() => {
    if (atEnd && lines.length > 0) toEnd();
  }, [lines.length, atEnd]);
  return (
    <div className="relative">
      <section
        ref={box}
        aria-label={t("logs.title")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < 40)
        }
        className="h-[60dvh] overflow-auto rounded-xl border border-line bg-surface py-2 font-mono text-xs"
      >
        {lines.length === 0 && <p className="px-4 py-2 text-ink-soft">{nothing}</p>}
        <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="absolute top-0 left-0 w-full whitespace-pre-wrap break-all px-4 leading-5 hover:bg-idle-soft"
              style={{ transform: `translateY(${start}px)` }}
            >
              {lines[index] === "" ? " " : lines[index]}
            </div>
          ))}
        </div>
      </section>
      {!atEnd && (
        <Button
          onClick={() => setAtEnd(true)}
          icon={<ArrowDown size={15} aria-hidden />}
          className="absolute right-5 bottom-4 shadow-md"
        >
          {t("logs.toEnd")}
        </Button>
      )}
    </div>
  );
}
