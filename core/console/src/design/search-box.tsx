import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { inputClass } from "./field.tsx";
import { useSettled } from "./settled.ts";

/** A search that is asked once typing pauses. */
export function SearchBox({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const settled = useSettled(text, 200);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing asks; what was asked comes back as value
  useEffect(() => {
    if (settled !== value) onChange(settled);
  }, [settled]);
  return (
    <div className="relative w-full max-w-sm">
      <Search size={16} aria-hidden className="pointer-events-none absolute top-2.5 left-3 text-ink-faint" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className={`${inputClass} pl-9`}
      />
    </div>
  );
}
