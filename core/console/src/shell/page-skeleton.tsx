import { Skeleton } from "../design/states.tsx";

/** The shape of a page whose code or data is still on its way. */
export function PageSkeleton() {
  return (
    <div className="grid gap-8">
      <Skeleton lines={2} className="max-w-sm" />
      <Skeleton lines={6} />
    </div>
  );
}
