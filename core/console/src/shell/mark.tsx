/** The product's mark. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return <img src="/icon.svg" alt="" width={size} height={size} className="shrink-0" />;
}
