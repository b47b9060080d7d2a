import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";

/** A line that opens to what is below it; that is made only once it is opened. */
export function Disclosure({
  summary,
  children,
  open: initially = false,
}: {
  readonly summary: ReactNode;
  readonly children: () => ReactNode;
  readonly open?: boolean;
}) {
  const [open, setOpen] = useState(initially);
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full min-w-0 items-center gap-2 rounded-lg px-2 py-1.5 text-left text-sm hover:bg-idle-soft"
      >
        <ChevronRight
          size={15}
          aria-hidden
          className={`shrink-0 text-ink-faint transition-transform ${open ? "rotate-90" : ""}`}
        />
        <span className="min-w-0 flex-1">{summary}</span>
      </button>
      {open && <div className="py-2 pl-3 sm:pl-8">{children()}</div>}
    </div>
  );
}
