import { CheckCircle2, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

interface Notice {
  readonly id: number;
  readonly text: string;
}

let notices: readonly Notice[] = [];
let lastId = 0;
const readers = new Set<() => void>();

/** Says at the screen's edge that something was done, for some seconds. */
export function notify(text: string): void {
  const id = ++lastId;
  set([...notices.slice(-2), { id, text }]);
  setTimeout(() => dismiss(id), 6000);
}

function dismiss(id: number): void {
  set(notices.filter((notice) => notice.id !== id));
}

function set(next: readonly Notice[]): void {
  notices = next;
  for (const reader of readers) reader();
}

export function Notices() {
  const { t } = useTranslation();
  const shown = useSyncExternalStore(
    (reader) => {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    () => notices,
  );
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-40 grid justify-items-end gap-2"
    >
      {shown.map(({ id, text }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-md items-center gap-3 rounded-xl border border-line bg-raised py-2.5 pr-2 pl-4 text-sm shadow-lg"
        >
          <CheckCircle2 size={18} className="shrink-0 text-good" aria-hidden />
          <span className="min-w-0 break-words">{text}</span>
          <button
            type="button"
            onClick={() => dismiss(id)}
            aria-label={t("action.dismiss")}
            className="grid size-7 shrink-0 place-items-center rounded-md text-ink-faint hover:bg-idle-soft"
          >
            <X size={15} aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}
