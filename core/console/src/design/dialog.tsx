import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

/** A question in front of the page. It is mounted while it is open; Escape and a click beside it close it. */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  wide = false,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly wide?: boolean;
}) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // closed while it still is in the page: only then the browser gives the focus back
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // where one begins: what is to be filled in, else the text
    const field = element?.querySelector<HTMLElement>("input, select, textarea");
    (field ?? element?.querySelector("h2"))?.focus();
    return () => element?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does for the keyboard what a click beside it does
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
      className={`m-auto max-h-[85dvh] w-[calc(100%-2rem)] overflow-hidden rounded-2xl border border-line bg-raised p-0 font-normal text-base text-ink shadow-2xl backdrop:bg-black/45 ${wide ? "max-w-3xl" : "max-w-lg"}`}
    >
      <div className="flex max-h-[85dvh] flex-col">
        <div className="flex items-start justify-between gap-4 px-6 pt-5 pb-3">
          <h2 id={heading} tabIndex={-1} className="font-semibold text-lg outline-none">
            {title}
          </h2>
          <button
            type="button"
            onClick={onClose}
            aria-label={t("action.close")}
            className="-mr-2 grid size-8 shrink-0 place-items-center rounded-lg text-ink-faint hover:bg-idle-soft hover:text-ink"
          >
            <X size={18} aria-hidden />
          </button>
        </div>
        <div className="grid min-h-0 gap-4 overflow-y-auto px-6 pb-5">{children}</div>
        {footer !== undefined && (
          <div className="flex flex-wrap justify-end gap-2 border-line border-t bg-canvas px-6 py-3">
            {footer}
          </div>
        )}
      </div>
    </dialog>
  );
}
