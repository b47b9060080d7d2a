import type { LucideIcon } from "lucide-react";

/** The look of a small thing that is pressed and shows only a picture. */
export const iconButtonClass =
  "relative grid size-8 shrink-0 place-items-center rounded-lg text-ink-faint hover:bg-idle-soft hover:text-ink";

/** A picture that is pressed. Its label is read aloud and shown on hover. */
export function IconButton({
  icon: Icon,
  label,
  onClick,
  disabled = false,
}: {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      className={iconButtonClass}
    >
      <Icon size={16} aria-hidden />
    </button>
  );
}
