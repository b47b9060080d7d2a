import { useState } from "react";

const sizes = {
  small: "size-8 rounded-lg text-sm",
  medium: "size-11 rounded-xl text-lg",
  large: "size-16 rounded-2xl text-2xl",
};

/** A Blueprint's picture; its first letter when it has none. */
export function BlueprintIcon({
  name,
  size = "medium",
}: {
  readonly name: string;
  readonly size?: keyof typeof sizes;
}) {
  const [failed, setFailed] = useState(false);
  return (
    <span
      aria-hidden
      className={`grid shrink-0 place-items-center overflow-hidden border border-line bg-white font-semibold text-[#0b6e66] ${sizes[size]}`}
    >
      {failed ? (
        (name.replace(/^bp-/, "")[0] ?? "").toUpperCase()
      ) : (
        <img
          src={`/v1/blueprints/${name}/icon`}
          alt=""
          loading="lazy"
          onError={() => setFailed(true)}
          className="size-full object-contain p-[14%]"
        />
      )}
    </span>
  );
}
