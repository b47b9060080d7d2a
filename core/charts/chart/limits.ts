/** Largest chart accepted, unpacked: Helm's own limit (security case 7). */
export const chartSizeLimit = 100 * 1024 * 1024;

/** How deep charts may hold charts. */
export const chartDepthLimit = 20;
